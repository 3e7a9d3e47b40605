"""scikit-learn's models under names of our own, with settings fit for small tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from agent.tools.errors import ArgumentError
from agent.tools.structure_features import Option

Task = Literal["regression", "classification", "clustering"]
Model = Literal[
    "linear",
    "ridge",
    "random_forest",
    "gradient_boosting",
    "kernel_ridge",
    "gaussian_process",
    "k_nearest",
    "mlp",
    "k_means",
    "agglomerative",
]

DEFAULT_MODEL: Mapping[Task, Model] = {
    "regression": "random_forest",
    "classification": "random_forest",
    "clustering": "k_means",
}
MODELS: Mapping[Task, tuple[Model, ...]] = {
    "regression": (
        "linear",
        "ridge",
        "random_forest",
        "gradient_boosting",
        "kernel_ridge",
        "gaussian_process",
        "k_nearest",
        "mlp",
    ),
    "classification": (
        "linear",
        "ridge",
        "random_forest",
        "gradient_boosting",
        "gaussian_process",
        "k_nearest",
        "mlp",
    ),
    "clustering": ("k_means", "agglomerative"),
}

# Their cost grows with the cube of the rows.
_CUBIC = frozenset({"kernel_ridge", "gaussian_process", "agglomerative"})
MAX_CUBIC_ROWS = 3_000
_MAX_COUNT = 10_000  # of trees, steps, units: a model file from elsewhere cannot ask for a year
_NOT_SETTABLE = frozenset({"n_jobs", "verbose", "memory", "random_state", "warm_start"})


def make_estimator(
    task: Task, model: Model, parameters: Mapping[str, Option], *, seed: int, n_rows: int
) -> Any:
    """An unfitted scikit-learn pipeline: features scaled, then the model.

    Args:
        task: What it is for.
        model: One of `MODELS` of that task.
        parameters: scikit-learn's own names for the model's settings.
        seed: Start of the random numbers of models that use them.
        n_rows: Rows it will be fitted to.

    Raises:
        ArgumentError: The model is not for the task, a parameter cannot be set, or there are too
            many rows for it.
    """
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if model not in MODELS[task]:
        raise ArgumentError(
            "model", f"{model} is not for {task}; there are: {', '.join(MODELS[task])}"
        )
    if model in _CUBIC and n_rows > MAX_CUBIC_ROWS:
        raise ArgumentError(
            "model",
            f"{model} takes at most {MAX_CUBIC_ROWS} rows, and there are {n_rows}; "
            "use random_forest or gradient_boosting",
        )
    made = _bare(task, model, seed)
    known = {name for name in made.get_params(deep=False) if name not in _NOT_SETTABLE}
    for name, value in parameters.items():
        if name not in known:
            raise ArgumentError(
                "parameters",
                f"{model} has no parameter {name!r}; it has: {', '.join(sorted(known))}",
            )
        if not isinstance(value, (bool, str)) and abs(value) > _MAX_COUNT:
            raise ArgumentError("parameters", f"{name} is {value}; at most {_MAX_COUNT} goes")
    made.set_params(**parameters)
    pipeline = make_pipeline(StandardScaler(), made)
    if task == "regression" and model in ("kernel_ridge", "mlp"):
        # These two start from zero, so a property far from zero would be learned slowly or never.
        return TransformedTargetRegressor(pipeline, transformer=StandardScaler())
    return pipeline


def _bare(task: Task, model: Model, seed: int) -> Any:
    if task == "clustering":
        from sklearn.cluster import AgglomerativeClustering, KMeans

        if model == "k_means":
            return KMeans(n_init=10, random_state=seed)
        return AgglomerativeClustering()
    return _regressor(model, seed) if task == "regression" else _classifier(model, seed)


def _regressor(model: Model, seed: int) -> Any:
    if model == "linear":
        from sklearn.linear_model import LinearRegression

        return LinearRegression()
    if model == "ridge":
        from sklearn.linear_model import Ridge

        return Ridge()
    if model == "random_forest":
        from sklearn.ensemble import RandomForestRegressor

        return RandomForestRegressor(random_state=seed)
    if model == "gradient_boosting":
        from sklearn.ensemble import GradientBoostingRegressor

        return GradientBoostingRegressor(random_state=seed)
    if model == "kernel_ridge":
        from sklearn.kernel_ridge import KernelRidge

        return KernelRidge(kernel="rbf", alpha=1e-3)
    if model == "gaussian_process":
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

        return GaussianProcessRegressor(
            ConstantKernel() * RBF() + WhiteKernel(1e-3, (1e-10, 1e1)),
            normalize_y=True,
            random_state=seed,
        )
    if model == "k_nearest":
        from sklearn.neighbors import KNeighborsRegressor

        return KNeighborsRegressor()
    from sklearn.neural_network import MLPRegressor

    return MLPRegressor(max_iter=1000, random_state=seed)


def _classifier(model: Model, seed: int) -> Any:
    if model == "linear":
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(max_iter=1000)
    if model == "ridge":
        from sklearn.linear_model import RidgeClassifier

        return RidgeClassifier()
    if model == "random_forest":
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(random_state=seed)
    if model == "gradient_boosting":
        from sklearn.ensemble import GradientBoostingClassifier

        return GradientBoostingClassifier(random_state=seed)
    if model == "gaussian_process":
        from sklearn.gaussian_process import GaussianProcessClassifier

        return GaussianProcessClassifier(random_state=seed)
    if model == "k_nearest":
        from sklearn.neighbors import KNeighborsClassifier

        return KNeighborsClassifier()
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(max_iter=1000, random_state=seed)
