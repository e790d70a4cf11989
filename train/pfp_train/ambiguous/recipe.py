"""The options that make Ambiguous-MNIST, and the values behind the committed images."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Training:
    """How one network is trained: Adam, its step falling to nothing along a half cosine."""

    epochs: int
    batch: int
    learning_rate: float


@dataclass(frozen=True)
class VaeRecipe:
    """The conditional VAE."""

    seed: int = 1
    latents: int = 32
    hidden: tuple[int, int] = (512, 256)
    """Widths of the encoder; the decoder has the same backwards."""
    training: Training = Training(epochs=60, batch=250, learning_rate=1e-3)


@dataclass(frozen=True)
class EnsembleRecipe:
    """The classifiers whose doubt becomes the soft label."""

    seed: int = 1
    members: int = 6
    blends: float = 0.5
    """Part of each batch that is blends of two digits, labelled by their shares."""
    training: Training = Training(epochs=5, batch=250, learning_rate=2e-3)


@dataclass(frozen=True)
class MixRecipe:
    """How images between two classes are made, and which are kept."""

    seed: int = 1
    batch: int = 100
    """Images made at a time."""
    neighbours: int = 64
    """Of so many images of the other class the one nearest in latent space is the partner."""
    least_share: float = 0.3
    """The share wanted for the first class is drawn between this and one minus this."""
    halvings: int = 7
    """Steps of the search for the point between two images that has the wanted share."""
    scouts: int = 2
    """So many of the classifiers guide the search; all of them judge what it finds."""
    slope: float = 1.2
    offset: float = 0.1
    """A decoded pixel p in 0..1 becomes slope * p - offset, held within 0..1: MNIST's black and
    white are pure, a decoder's are not quite."""

    least_entropy: float = 0.55
    """Nats of the soft label; two even classes have 0.693."""
    most_mutual_information: float = 0.03
    """Nats by which the classifiers may disagree."""
    least_pair: float = 0.9
    """What the two classes hold of the soft label."""
    least_contrast: float = 0.8
    """Of sum(p^2) / sum(p), which is 1 in pure black and white; MNIST's digits have 0.83."""

    trial: int = 500
    least_passing: float = 0.01
    """Two classes of which fewer pass than this share of so many first images are left out: no
    hand writes a digit between them."""

    labels: int = 10
    """Labels drawn for each image from its soft label."""
    sizes: dict[str, int] = field(
        default_factory=lambda: {"train": 6000, "choose": 1000, "decide": 1000, "test": 2000}
    )
    """Images of each split."""


@dataclass(frozen=True)
class Recipe:
    """Every number that the images depend on."""

    vae: VaeRecipe = VaeRecipe()
    ensemble: EnsembleRecipe = EnsembleRecipe()
    mix: MixRecipe = field(default_factory=MixRecipe)
