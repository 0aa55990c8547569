from collections.abc import Callable
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])

class _TypeofImpl:
    def __call__(self, value: Any, context: Any) -> Any: ...
    def dispatch(self, kind: type) -> Callable[[Any, Any], Any]: ...
    def register(self, kind: type) -> Callable[[_F], _F]: ...

typeof_impl: _TypeofImpl
