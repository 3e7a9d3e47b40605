"""A Lennard-Jones curve learned by standard models, and what they say where nothing was learned.

The toy of A. Walsh, Data-Driven Modelling and Artificial Intelligence, Materials Modelling Course
(2025): v(r) = (e/r)^12 - (e/r)^6 with e = 1 and r from 1 to 2 in steps of 0.01.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from agent.tools import learn, predict

MODELS = ["linear", "ridge", "random_forest", "gradient_boosting"]
MODELS += ["kernel_ridge", "gaussian_process", "k_nearest", "mlp"]


def v(r: float) -> float:
    return (1 / r) ** 12 - (1 / r) ** 6


def main() -> None:
    curve = "r,v\n" + "".join(f"{r / 100},{v(r / 100)}\n" for r in range(100, 201))
    print(f"{'model':18} {'RMSE':>8} {'R2':>7}   v(1.505) v(0.95), outside    (true {v(0.95):.3f})")
    with TemporaryDirectory() as folder:
        for model in MODELS:
            file = str(Path(folder) / f"{model}.json")
            held_out = learn(curve, target="v", model=model, save_to=file).held_out
            inside, outside = predict(file, [[1.505], [0.95]]).predictions
            assert inside.inside_domain
            assert not outside.inside_domain
            print(
                f"{model:18} {held_out.rmse:8.4f} {held_out.r2:7.3f}   "
                f"{inside.value.value:8.4f} {outside.value.value:8.3f}"
            )


if __name__ == "__main__":
    main()
