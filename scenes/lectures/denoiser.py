"""A matrix learns to clean two pictures, by nothing but poking its entries."""

import numpy as np

from orbitdraw import Look, Motion, Scene, Slider, Strokes
from orbitdraw.runtime.jit import jit

HEART = "00000000 01100110 11111111 11111111 01111110 00111100 00011000 00000000"
PLUS = "00011000 00011000 00011000 11111111 11111111 00011000 00011000 00011000"
PICTURES = np.array([[float(bit) for bit in bits.replace(" ", "")] for bits in (HEART, PLUS)])
PIXELS = PICTURES.shape[1]
SECOND_MOMENT = PICTURES.T @ PICTURES / len(PICTURES)
CURVE_POINTS = 600
"""Most points of the error curve; their spacing doubles when it is full."""


def error_of(matrix, sigma):
    """Mean square error per pixel over both pictures and all noise: [1/2 sum |(M-I)x|^2 + sigma^2 |M|_F^2] / 64."""
    miss = PICTURES @ (matrix - np.eye(PIXELS)).T
    return float((0.5 * np.sum(miss**2) + sigma**2 * np.sum(matrix**2)) / PIXELS)


def best_error(sigma):
    """The error of the Wiener matrix C (C + sigma^2 I)^-1, the least possible."""
    if sigma == 0:
        return 0.0
    return error_of(SECOND_MOMENT @ np.linalg.inv(SECOND_MOMENT + sigma**2 * np.eye(PIXELS)), sigma)


@jit("i8(f8[:,::1], f8[:,::1], f8[:,::1], i8[::1], i8[::1], f8[::1])")
def poke(matrix, slope, curvature, rows, columns, pokes):
    """Try each perturbation of an entry and keep it if the error falls; return how many were kept.

    dE = 2 (delta G_ij + delta^2 H_jj / 2) / 64 with G = M H - C: one entry changes one row of G.
    """
    accepted = 0
    for k in range(rows.size):
        i, j, delta = rows[k], columns[k], pokes[k]
        if delta * slope[i, j] + 0.5 * delta * delta * curvature[j, j] < 0:
            matrix[i, j] += delta
            for m in range(curvature.shape[1]):
                slope[i, m] += delta * curvature[j, m]
            accepted += 1
    return accepted


class Denoiser(Motion):
    """Random search: the state is the matrix; a step perturbs one entry."""

    params = {
        "sigma": Slider(0.5, 0.0, 2.0, ticks=(0.5, 1.0), label="noise"),
        "poke": Slider(0.1, 0.01, 0.5, log=True, label="poke size"),
        "tries": Slider(800, 1, 5000, log=True, label="tries per frame"),
    }
    panels = True

    def start(self, values, seed):
        state = {
            "matrix": np.ones((PIXELS, PIXELS)),
            "counts": np.zeros(4, dtype=np.int64),  # tries, kept, tries and kept in the last frame
            "seed": np.array([seed]),
            "last": np.array([-1, -1]),
            "noise": np.random.Generator(np.random.Philox(key=seed)).standard_normal((2, PIXELS)),
            "curve": np.full((CURVE_POINTS, 2), np.nan),
            "stride": np.array([1, 0]),  # frames between kept points of the curve; points kept
        }
        state["curve"][0] = (1.0, error_of(state["matrix"], values["sigma"]))
        state["stride"][1] = 1
        return state

    def advance(self, state, values, frame):
        sigma, count = values["sigma"], max(1, round(values["tries"]))
        rng = np.random.Generator(np.random.Philox(key=int(state["seed"][0]) + 1, counter=[0, 0, frame, 0]))
        rows, columns = rng.integers(0, PIXELS, count), rng.integers(0, PIXELS, count)
        curvature = SECOND_MOMENT + sigma**2 * np.eye(PIXELS)
        slope = state["matrix"] @ curvature - SECOND_MOMENT
        kept = poke(state["matrix"], slope, curvature, rows, columns, values["poke"] * rng.standard_normal(count))
        state["counts"] += (count, kept, 0, 0)
        state["counts"][2:] = count, kept
        state["last"][:] = rows[-1], columns[-1]
        self.record_error(state, frame, error_of(state["matrix"], sigma))
        return Strokes.none()

    @staticmethod
    def record_error(state, frame, error):
        stride, points = state["stride"]
        if (frame + 1) % stride:
            return
        if points == CURVE_POINTS:
            state["curve"][: CURVE_POINTS // 2] = state["curve"][::2]
            state["curve"][CURVE_POINTS // 2 :] = np.nan
            state["stride"][:] = stride * 2, CURVE_POINTS // 2
            points = CURVE_POINTS // 2
        state["curve"][points] = (max(1, state["counts"][0]), error)
        state["stride"][1] += 1

    def metrics(self, state, values, t):
        tries, kept, recent, recent_kept = state["counts"]
        return {
            "tries": float(tries),
            "error": error_of(state["matrix"], values["sigma"]),
            "best possible": best_error(values["sigma"]),
            "doing nothing": values["sigma"] ** 2,
            "accepted": float(recent_kept) / max(1.0, float(recent)),
            "accepted in all": float(kept) / max(1.0, float(tries)),
        }

    def draw(self, state, values, painter):
        wide = painter.width - 80
        each = (wide - 56) / 3.02
        draw_pictures(painter, (40, 40, 0.86 * each, 690), state, values)
        draw_matrix(painter, (68 + 0.86 * each, 40, 1.08 * each, 690), state)
        draw_errors(painter, (96 + 1.94 * each, 40, 1.08 * each, 690), state, values)
        draw_sum(painter, (0.3 * painter.width, 800), self.metrics(state, values, 0.0))


def draw_pictures(painter, box, state, values):
    """Draw two pictures in three rows: input, output and target."""
    left, top, wide, high = painter.panel(box, "Two pictures", f"noise {values['sigma']:.2g}")
    noisy = PICTURES + values["sigma"] * state["noise"]
    rows = (("noisy", noisy), ("cleaned", noisy @ state["matrix"].T), ("clean", PICTURES))
    side = min((high - 3 * 34) / 3 - 8, (wide - 24) / 2)
    margin = (wide - 2 * side - 24) / 2
    for r, (name, pictures) in enumerate(rows):
        y = top + r * (high / 3)
        for c, picture in enumerate(pictures):
            x = left + margin + c * (side + 24)
            painter.bitmap(picture.reshape(8, 8), (x, y, side, side), "silver", low=-0.1, high=1.1)
            painter.rect((x, y, side, side), "faint", rim=1.4)
        painter.text(name, (left + wide / 2, y + side + 4), 22, "quiet", "center")


def draw_matrix(painter, box, state):
    """Draw the matrix as a heat map; the entry changed last is ringed."""
    left, top, wide, high = painter.panel(box, "The matrix", "64 \u00d7 64")
    side = min(wide, high)
    x, y = left + (wide - side) / 2, top + (high - side) / 2
    matrix = state["matrix"]
    painter.bitmap(
        matrix, (x, y, side, side), "tide", centred=True, high=max(0.05, float(np.quantile(np.abs(matrix), 0.995)))
    )
    row, column = state["last"]
    if row >= 0:
        cell = side / PIXELS
        painter.ring((x + (column + 0.5) * cell, y + (row + 0.5) * cell), 2.2 * cell, "accent", 2.4)


def draw_errors(painter, box, state, values):
    """Draw the error against the number of tries, with those of the identity and of the best matrix."""
    sigma = values["sigma"]
    inside = painter.panel(box, "Error", f"{int(state['counts'][0]):,} tries".replace(",", "\u2009"))
    points = state["curve"][: state["stride"][1]]
    axes = painter.axes(
        inside,
        (100, max(1e6, 2.0 * float(points[-1, 0]))),
        (1e-3, 2e3),
        xlog=True,
        ylog=True,
        xlabel="tries",
        ylabel="mean square error per pixel",
    )
    if sigma > 0:
        axes.level(sigma**2, "doing nothing", "quiet", end="left")
        axes.level(best_error(sigma), "best possible", "good", end="left")
    axes.curve(np.maximum(points[:, 0], 100), points[:, 1], "accent", 3.2)
    axes.markers([points[-1, 0]], [points[-1, 1]], "accent", 9)


def draw_sum(painter, at, numbers):
    """Draw the error, the acceptance rate and the least possible error in large type."""
    for shift, name, text in (
        (0.0, "error", f"{numbers['error']:.4g}"),
        (0.15, "accepted", f"{100 * numbers['accepted']:.0f} %"),
        (0.27, "best possible", f"{numbers['best possible']:.4g}"),
    ):
        x = at[0] + shift * painter.width
        painter.text(text, (x, at[1]), 44, "ink", face="mono")
        painter.text(name, (x, at[1] + 62), 22, "quiet")


scene = Scene(
    "denoiser",
    motion=Denoiser(),
    look=Look(exposure=1.0),
    seconds=10,
    poster=5.5,
    caption="A matrix of ones is poked at random, one entry at a time; a poke that lowers the error is kept. "
    "Nobody tells it what a heart is, and it learns to clean one.",
)
