"""The bowl: gradient descent on k x^2 / 2. One slider, four fates."""

import math

import numpy as np

from orbitdraw import Look, Motion, Scene, Slider, Strokes

FRAMES_PER_SECOND = 60
TRAIL = 400
"""Most steps stored for the trail of the ball and the loss curve."""

OUT_OF_SIGHT = 1e6


class Bowl(Motion):
    """Iteration x <- x - rate k x, so x_n = (1 - rate k)^n x_0, `pace` steps per second."""

    params = {
        "k": Slider(1.0, 0.25, 4.0, label="stiffness k"),
        "rate": Slider(0.3, 0.0, 2.4, ticks=(1.0, 2.0), per="k", label="learning rate"),
        "x0": Slider(1.6, -2.0, 2.0, label="start"),
        "pace": Slider(2.0, 0.5, 10.0, label="steps per second"),
    }
    panels = True

    def start(self, values, seed):
        state = {
            "place": np.array([values["x0"]]),
            "step": np.zeros(1, dtype=np.int64),
            "left": np.zeros(1, dtype=np.int64),  # the step at which it left the screen
            "phase": np.zeros(1),  # time since the last step, 0 to 1
            "trail": np.full(TRAIL, np.nan),
        }
        state["trail"][0] = values["x0"]
        return state

    def advance(self, state, values, frame):
        state["phase"] += values["pace"] / FRAMES_PER_SECOND
        if state["phase"][0] > 1.0 - 1e-9:  # thirty thirtieths are a whole step, despite rounding
            state["phase"] = np.maximum(state["phase"] - 1.0, 0.0)
            self.step(state, values)
        return Strokes.none(1 / FRAMES_PER_SECOND)

    @staticmethod
    def step(state, values):
        """One step of descent. When x diverges, its last position on screen is kept, and the step stored in `left`."""
        if state["left"][0]:
            return
        x = float(state["place"][0])
        x_next = x - values["rate"] * values["k"] * x
        state["step"] += 1
        if not abs(x_next) <= OUT_OF_SIGHT:
            state["left"][:] = state["step"]
            return
        state["place"][:] = x_next
        step = int(state["step"][0])
        if step >= TRAIL:
            state["trail"][:-1] = state["trail"][1:]
        state["trail"][min(step, TRAIL - 1)] = x_next

    def metrics(self, state, values, t):
        x = float(state["place"][0])
        numbers = {
            "step": float(state["step"][0]),
            "x": x,
            "loss": values["k"] * x * x / 2,
            "1 - rate k": 1 - values["rate"] * values["k"],
        }
        trail = state["trail"]
        arrived = np.flatnonzero(np.abs(trail) <= 0.01 * abs(values["x0"]))
        if len(arrived) and int(state["step"][0]) < TRAIL:
            numbers["steps to 1 %"] = float(arrived[0])
        if state["left"][0]:
            numbers["left the screen at step"] = float(state["left"][0])
        return numbers

    def draw(self, state, values, painter):
        wide = painter.width - 80
        draw_bowl(painter, (40, 40, 0.56 * wide - 14, 690), state, values)
        draw_loss(painter, (40 + 0.56 * wide + 14, 40, 0.44 * wide - 14, 690), state, values)
        draw_dial(painter, (0.26 * painter.width, 790, 0.48 * painter.width, 150), state, values)


def describe_fate(factor):
    """Description of the behaviour for the factor 1 - rate k."""
    if math.isclose(factor, 0.0, abs_tol=1e-12):
        return "there in one step"
    if math.isclose(factor, 1.0):
        return "does not move"
    if math.isclose(factor, -1.0, abs_tol=1e-12):
        return "to and fro for ever"
    if factor > 0:
        return "rolls down"
    return "overshoots, and settles" if factor > -1 else "flies out"


def draw_bowl(painter, box, state, values):
    """Draw the loss function, the ball's trail, and the ball moving to the next position."""
    k, trail, n = values["k"], state["trail"], int(min(state["step"][0], TRAIL - 1))
    reach = 1.15 * max(2.0, abs(values["x0"]))
    top = 1.1 * k * reach * reach / 2
    axes = painter.axes(
        painter.panel(box, "The bowl", f"k = {k:.3g}"), (-reach, reach), (0, top), xlabel="x", ylabel="loss"
    )
    x = np.linspace(-reach, reach, 240)
    axes.curve(x, k * x * x / 2, "quiet", 2.4, fill=0.05)
    shown = trail[max(0, n - 24) : n + 1]
    loss = k * shown * shown / 2
    axes.curve(shown, loss, "second", 1.6, alpha=0.45)
    for age, (position, height) in enumerate(zip(shown[::-1], loss[::-1], strict=True)):
        axes.markers([position], [height], "second", 8, alpha=max(0.08, 0.75 * 0.86**age))
    # The ball shows the coming step: it starts half-way between two steps and lands with the next.
    here = float(shown[-1])
    target = here if state["left"][0] else here * (1 - values["rate"] * k)
    phase = np.clip(2 * state["phase"][0] - 1, 0, 1)
    ease = phase * phase * (3 - 2 * phase)
    ball = here + ease * (target - here)
    lift = 4 * ease * (1 - ease) * 0.12 * min(top, k * abs(target - here) * reach)
    height = k * (here * here + ease * (target * target - here * here)) / 2 + lift
    if abs(ball) <= reach:
        axes.markers([ball], [min(height, top)], "accent", 17)


def draw_loss(painter, box, state, values):
    """Draw the loss after every step on a logarithmic scale, where constant factors are straight lines."""
    k, trail, n = values["k"], state["trail"], int(min(state["step"][0], TRAIL - 1))
    first = int(state["step"][0]) - n
    steps = np.arange(first, first + n + 1)
    axes = painter.axes(
        painter.panel(box, "Loss", f"step {int(state['step'][0])}"),
        (first, first + max(20, n + 2)),
        (1e-10, 1e3),
        ylog=True,
        xlabel="step",
        ylabel="loss",
    )
    factor = abs(1 - values["rate"] * k)
    start = max(k * values["x0"] ** 2 / 2, 1e-300)
    if first == 0:
        ahead = np.arange(0, max(21, n + 3))
        with np.errstate(over="ignore", divide="ignore"):
            theory = start * np.exp(2 * ahead * np.log(max(factor, 1e-30)))
        axes.curve(ahead, np.clip(theory, 1e-30, 1e30), "quiet", 2.0)
    loss = k * trail[: n + 1] ** 2 / 2
    axes.curve(steps, np.maximum(loss, 1e-30), "accent", 2.2, alpha=0.5)
    axes.markers(steps[-60:], np.maximum(loss[-60:], 1e-30), "accent", 7)


def draw_dial(painter, box, state, values):
    """Draw 1 - rate k on a line; outside of -1 to 1 the iteration diverges."""
    left, top, wide, _ = box
    factor = 1 - values["rate"] * values["k"]
    low, high = -1.4, 1.4
    middle = top + 82

    def screen_x(value):
        return left + wide * (min(max(value, low), high) - low) / (high - low)

    painter.line([(screen_x(low), middle), (screen_x(high), middle)], "faint", 10)
    painter.line([(screen_x(-1), middle), (screen_x(1), middle)], "second", 10, alpha=0.55)
    for tick in (-1, 0, 1):
        painter.line([(screen_x(tick), middle - 14), (screen_x(tick), middle + 14)], "quiet", 2)
        painter.text(f"{tick}".replace("-", "\u2212"), (screen_x(tick), middle + 22), 22, "quiet", "center")
    inside = abs(factor) <= 1
    painter.disc((screen_x(factor), middle), 15, "accent" if inside else "bad")
    text = describe_fate(factor)
    if state["left"][0]:
        text = f"left the screen at step {int(state['left'][0])}"
    painter.text(f"1 \u2212 rate\u00b7k = {factor:.3f}".replace("-", "\u2212"), (left, top), 28, "ink", face="mono")
    painter.text(text, (left + wide, top), 28, "ink" if inside else "bad", "right", face="bold")


scene = Scene(
    "bowl",
    motion=Bowl(),
    look=Look(exposure=1.0),
    seconds=12,
    poster=3.7,
    caption="Gradient descent in a bowl. A small learning rate rolls down, 1/k is there in one step, beyond that it "
    "overshoots, at 2/k it goes to and fro for ever, and above it flies out.",
)
