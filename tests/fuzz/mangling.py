"""What strangers make of a file or a form: a little of it changed, or something else altogether."""

from hypothesis import strategies as st

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**31, 2**63, -(2**63), 2**64, 10**30, 253402300800])
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=20),  # with half characters, which JSON may hold
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside, max_size=4),
    max_leaves=12,
)
ANYTHING = st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))


@st.composite
def mangled(draw: st.DrawFn, whole: bytes, bits: tuple[bytes, ...] = ()) -> bytes:
    """A file in which something was taken out, put in, doubled or overwritten, at a few places."""
    data = whole
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        piece = draw(st.binary(max_size=8) | st.just(data[start:end] * 2) | st.sampled_from([b"", *bits]))
        data = data[:start] + piece + data[end:]
    return data
