"""Finds what makes a test fail on a slow machine: a watch it looks at, a time limit of its own, tries that are counted.

What a test sets of the program's own limits (`setattr`) is no limit of the test.
"""

import ast
import re
from collections.abc import Iterator

WATCHES = {
    *("monotonic", "perf_counter", "process_time", "thread_time", "clock_gettime"),
    *("monotonic_ns", "perf_counter_ns", "process_time_ns", "thread_time_ns", "time_ns"),
    *("getrusage", "cpu_times", "timeit", "default_timer"),
}
WATCH_OF_A_PAGE = re.compile(r"performance\.now\(")
LOOPS = re.compile(r"(^|\.|_)(time|loop|loop\(\))\.time$")
LIMITS = {
    *("timeout", "timeout_at", "wait_for", "wait", "ClientTimeout", "settimeout", "set_default_timeout"),
    *("set_default_navigation_timeout", "set_page_load_timeout", "set_script_timeout", "implicitly_wait"),
}
NO_LIMITS = {"shutdown_timeout"}
"""How long a server that ends lets others finish: nobody fails by it."""
BARE = {
    "new_context": "opens pages that wait half a minute at most: use profile()",
    "launch": "gives a browser half a minute to start: use launched()",
    "wait_for_timeout": "is a pause, not a wait for an event",
}


def hurried(code: str) -> Iterator[tuple[int, str]]:
    """Line and reason of everything in a test that counts on a quick machine."""
    tree = ast.parse(code)
    numbers = {name for node in ast.walk(tree) for name in _named_numbers(node)}
    programs = {id(inner) for node in ast.walk(tree) if _called(node) == "setattr" for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in programs:
            continue
        for why in _reasons(node, numbers):
            yield getattr(node, "lineno", 0), why


def _reasons(node: ast.AST, numbers: set[str]) -> Iterator[str]:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.alias(name=name) if name in WATCHES:
            yield f"{name} is a watch"
        case ast.Constant(value=str(text)) if WATCH_OF_A_PAGE.search(text):
            yield "performance.now is a watch"
        case ast.Compare() if any(_since(inner) for inner in ast.walk(node)):
            yield "time that has passed is compared"
        case ast.For() if _called(node.iter) == "range" and any(_pauses(inner) for inner in ast.walk(node)):
            yield "tries are counted, with a pause between: use tries() or until()"
        case ast.Call():
            yield from _reasons_of_call(node, numbers)


def _reasons_of_call(call: ast.Call, numbers: set[str]) -> Iterator[str]:
    name = _called(call)
    if name == "time" and LOOPS.search(ast.unparse(call.func)):
        yield f"{ast.unparse(call.func)} is a watch"
    if name in BARE:
        yield f"{name} {BARE[name]}"
    handed_on = any(isinstance(arg, ast.Attribute) and arg.attr in LIMITS for arg in call.args)  # to a thread
    if (name in LIMITS or handed_on) and any(_is_number(arg, numbers) for arg in call.args):
        yield f"{name} has a limit of its own: use PATIENCE"
    for given in call.keywords:
        limit = given.arg in ("deadline", "total") or (given.arg or "").endswith("timeout")
        if limit and given.arg not in NO_LIMITS and _is_number(given.value, numbers):
            yield f"{given.arg}= has a limit of its own: use PATIENCE"
        if given.arg == "suppress_health_check" and not {"too_slow", "list"} & set(_words(given.value)):
            yield "Hypothesis would fail where making examples takes long: suppress HealthCheck.too_slow, too"


def _named_numbers(node: ast.AST) -> Iterator[str]:
    """Names that stand for a number, so that a limit cannot hide behind one."""
    match node:
        case ast.Assign(targets=targets, value=value) if _is_number(value, set()):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if _is_number(value, set()):
            yield name


def _is_number(value: ast.expr, numbers: set[str]) -> bool:
    """A number, a sum with one, a timedelta, or a name of one of these."""
    match value:
        case ast.Constant(value=bool()):
            return False
        case ast.Constant(value=int() | float()):
            return True
        case ast.Name(id=name):
            return name in numbers
        case ast.BinOp(left=left, right=right):
            return _is_number(left, numbers) or _is_number(right, numbers)
        case ast.UnaryOp(operand=operand):
            return _is_number(operand, numbers)
        case ast.Call() if _called(value) in {"timedelta", "ClientTimeout", "float", "int", "min"}:
            given = [*value.args, *(keyword.value for keyword in value.keywords)]
            return any(_is_number(arg, numbers) for arg in given)
    return False


def _since(node: ast.AST) -> bool:
    """The machine's time minus another moment."""
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and any(_called(side) in {"now", "utcnow", "utc_now"} and _is_real(side) for side in (node.left, node.right))
    )


def _is_real(call: ast.AST) -> bool:
    return isinstance(call, ast.Call) and ast.unparse(call.func) in {"datetime.now", "datetime.utcnow", "utc_now"}


def _pauses(node: ast.AST) -> bool:
    is_sleep = isinstance(node, ast.Call) and _called(node) == "sleep"
    return is_sleep and not (isinstance(node, ast.Call) and [ast.unparse(arg) for arg in node.args] == ["0"])


def _called(node: ast.AST) -> str:
    """The last name of what is called."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
            return name
    return ""


def _words(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute | ast.Name):
            yield part.attr if isinstance(part, ast.Attribute) else part.id
