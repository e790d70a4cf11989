"""The history of a training beside its model: as CSV, and as a plot in SVG."""

import csv
import io
from pathlib import Path

from pfp_train.whole_file import write_whole

History = list[dict[str, float]]

ROWS = (
    ("nats for each input", ("nll", "validation_negative_log_likelihood")),
    ("KL to the prior, nats", ("kl",)),
    ("right", ("accuracy", "validation_accuracy")),
    ("error", ("mse", "validation_rmse")),
)


def write_csv(path: Path, history: History) -> None:
    """One line for each epoch."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(history[-1]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(history)
    write_whole(path, text.getvalue().encode())


def write_svg(path: Path, history: History, title: str) -> None:
    """Terms of the loss and rates of right answers over the epochs."""
    import matplotlib as mpl  # noqa: PLC0415 - takes a second to load
    from matplotlib.figure import Figure  # noqa: PLC0415

    rows = [(label, [name for name in names if name in history[-1]]) for label, names in ROWS]
    rows = [(label, names) for label, names in rows if names]
    # The same history gives the same bytes.
    with mpl.rc_context({"svg.hashsalt": "pfp", "font.size": 9}):
        figure = Figure(figsize=(6, 2.2 * len(rows)), layout="constrained")
        axes = figure.subplots(len(rows), sharex=True, squeeze=False)[:, 0]
        epochs = [entry["epoch"] for entry in history]
        for axis, (label, names) in zip(axes, rows, strict=True):
            for name in names:
                style = "-" if name.startswith("validation") else "--"
                axis.plot(epochs, [entry[name] for entry in history], style, label=name)
            axis.set_ylabel(label)
            axis.grid(alpha=0.3)
            axis.legend(frameon=False)
        axes[-1].set_xlabel("epoch")
        axes[0].set_title(title)
        content = io.BytesIO()
        figure.savefig(content, format="svg", metadata={"Date": None})
    write_whole(path, content.getvalue())


def write_curves(model: Path, history: History, title: str) -> None:
    """Write <model>.csv and <model>.svg beside a model."""
    write_csv(model.with_suffix(".csv"), history)
    write_svg(model.with_suffix(".svg"), history, title)
