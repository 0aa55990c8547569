from collections.abc import Callable
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])

def intrinsic(function: Callable[..., Any]) -> Any: ...
def overload(function: Any, **kwargs: Any) -> Callable[[_F], _F]: ...
