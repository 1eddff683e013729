"""What lives shortly is sealed with a key that lies in the machine's memory: no disk and no BOT_SECRET open it."""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hmac import digest
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.runtime import Runtime, Secrets
from bot.settings import Settings
from bot.usecases.operation import doctor
from bot.volatile import SIZE, folder, lies_in_memory, with_volatile
from storage.vault import Unreadable, Vault
from tests.conftest import SECRET, missing
from tests.program import Program, Walker, memory_of_the_tests, started
from tests.test_crash import WAY, at_the_last_press, take

STATES = "SELECT key, sealed FROM conversations"
MIB = 2**20
MOUNTS = """\
24 1 254:0 / / rw,relatime - ext4 /dev/vda rw
25 24 0:22 / /mem rw,nosuid - tmpfs tmpfs rw
26 24 0:23 / /run rw - tmpfs tmpfs rw
27 26 254:1 / /run/kept\\040here rw - ext4 /dev/vdb rw
28 24 0:24 / /srv rw - ext4 /dev/vdc rw
29 24 0:25 / /srv rw - ramfs ramfs rw
"""


# --- Where it lies ----------------------------------------------------------------------------------------------------


@pytest.fixture
def memory() -> Path:
    there = memory_of_the_tests()
    if not lies_in_memory(there):
        missing("a tmpfs at /dev/shm")
    return there


@pytest.mark.parametrize(
    "path, lies",
    [
        ("/", False),
        ("/dev/vda", False),
        ("/mem", True),
        ("/memother", False),
        ("/run/blakus", True),
        ("/run/kept here/blakus", False),
        ("/srv/blakus", True),
    ],
)
def test_a_folder_lies_in_memory_where_its_file_system_does(tmp_path: Path, path: str, lies: bool) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS)
    assert lies_in_memory(Path(path), tmp_path / "mountinfo") is lies


def test_where_nobody_can_tell_it_does_not(tmp_path: Path) -> None:
    assert not lies_in_memory(Path("/mem"), tmp_path / "nowhere")


def test_the_folder_that_is_named_is_taken_or_none(memory: Path, tmp_path: Path) -> None:
    offered = {"RUNTIME_DIRECTORY": f"{memory}:{tmp_path}"}
    assert folder(Settings(memory_folder=str(memory)), {}) == memory
    assert folder(Settings(memory_folder="/nowhere"), offered) is None
    assert folder(Settings(), offered) == memory


def installed(at: Path, memory: Path | str, name: str = "blakus") -> Settings:
    return Settings(database=SecretStr(f"sqlite:///{at / name}.sqlite"), memory_folder=str(memory))


def test_the_key_is_made_once_and_can_be_read_by_its_account_only(memory: Path, tmp_path: Path) -> None:
    settings, before = installed(tmp_path, memory), set(memory.iterdir())
    with ThreadPoolExecutor(8) as many:
        keys = {ring.conversations for ring in many.map(lambda _: with_volatile(settings, Secrets(SECRET)), range(32))}
    assert len(keys) == 1
    assert Secrets(SECRET).storage not in keys
    (made,) = set(memory.iterdir()) - before
    assert (made.stat().st_mode & 0o777, made.stat().st_size) == (0o600, SIZE)


def test_each_installation_has_a_key_of_its_own(memory: Path, tmp_path: Path) -> None:
    one, other = (with_volatile(installed(tmp_path, memory, name), Secrets(SECRET)) for name in ("one", "other"))
    assert one.conversations != other.conversations
    assert one.addresses != other.addresses
    assert one.storage == other.storage


def open_to_others(file: Path) -> None:
    file.chmod(0o644)


def cut_off(file: Path) -> None:
    file.write_bytes(b"short")


def led_elsewhere(file: Path) -> None:
    elsewhere = file.with_name(f"{file.name}.elsewhere")
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


@pytest.mark.parametrize("change", [open_to_others, cut_off, led_elsewhere])
def test_what_somebody_else_may_have_put_there_is_no_key(memory: Path, tmp_path: Path, change: object) -> None:
    settings, before = installed(tmp_path, memory), set(memory.iterdir())
    assert with_volatile(settings, Secrets(SECRET)).has_volatile
    (made,) = set(memory.iterdir()) - before
    assert callable(change)
    change(made)
    assert not with_volatile(settings, Secrets(SECRET)).has_volatile


def test_without_memory_and_for_several_machines_all_is_sealed_as_before(tmp_path: Path) -> None:
    several = Settings(database=SecretStr("postgresql://localhost/blakus"))
    for settings in (installed(tmp_path, "/nowhere"), several):
        secrets = with_volatile(settings, Secrets(SECRET))
        assert not secrets.has_volatile
        assert secrets.conversations == Secrets(SECRET).storage
        assert secrets.addresses == Secrets(SECRET).addresses


# --- What outlives what -----------------------------------------------------------------------------------------------


async def test_after_a_reboot_a_conversation_begins_anew_kindly(memory: Path, tmp_path: Path) -> None:
    async with started(tmp_path) as (program, walker):
        await walker.look()
        for step in WAY[:2]:
            await take(walker, step)
        assert walker.page
        await program.restart_after_kill()
        assert (await walker.reload()).screen == "request.start"
        await program.restart_after_reboot()
        page = await walker.press("no")
        assert page.screen == "start"
        assert "Iepriekšējā saruna ir beigusies, un tās vairs nav." in page.text
        assert "Ja draud briesmas: 112." in page.text
        assert (await walker.press("go")).screen == "menu"
        assert "Traceback" not in (program.folder / "stderr.log").read_text()


# --- A disk that is taken away ----------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A disk of its own: its raw bytes, and the folder where it is mounted."""
    image, mounted = tmp_path / "disk.img", tmp_path / "disk"
    mounted.mkdir()
    with image.open("wb") as made:
        made.truncate(96 * MIB)
    for command in (["mkfs.ext4", "-q", "-F", str(image)], ["mount", "-o", "loop", str(image), str(mounted)]):
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            missing("the right to mount a loop image")
    try:
        yield image, mounted
    finally:
        if os.path.ismount(mounted):
            subprocess.run(["umount", mounted], check=True)


async def test_everything_on_the_raw_disk_and_the_secret_open_no_conversation(
    memory: Path, disk: tuple[Path, Path]
) -> None:
    image, mounted = disk
    seen: dict[bytes, bytes] = {}
    tokens: set[str] = set()
    async with started(mounted) as (program, walker):
        await walker.look()
        for step in WAY:
            await take(walker, step)
            assert walker.page
            tokens.add(walker.page.token)
            seen |= {sealed: key for key, sealed in program.rows(STATES)}
        await program.kill()
        keys = [path.read_bytes() for path in program.memory.iterdir()]
        await program.start()
        await sends_and_takes_back(program, walker)
        await program.kill()
    subprocess.run(["umount", mounted], check=True)
    raw = image.read_bytes()
    left = [sealed for sealed in seen if sealed in raw]
    assert left, "the search sees what is on the disk"
    opened = [sealed for sealed in left if opens(Secrets(SECRET), sealed, seen[sealed])]
    assert opened == []
    assert all(opens(Secrets(SECRET, keys[0]), sealed, seen[sealed]) for sealed in left), "only that key is missing"
    assert not [key for key in keys if key in raw]
    assert not {digest(Secrets(SECRET).addresses, f"web\0{token}".encode(), "sha256")[:16] for token in tokens} & {
        *seen.values()
    }


async def sends_and_takes_back(program: Program, walker: Walker) -> None:
    visitor = await at_the_last_press(walker)
    code = (await visitor.agree()).code
    page = await visitor.post([("do", "withdraw-now"), ("code", code), ("language", "lv")], "/form")
    assert "Saturs ir dzēsts" in page.text


def opens(secrets: Secrets, sealed: bytes, key: bytes) -> bool:
    try:
        Vault(secrets.conversations).open(sealed, b"conversation:" + key)
    except Unreadable:
        return False
    return True


# --- What the operator is told ----------------------------------------------------------------------------------------


def test_the_doctor_says_where_the_key_lies(runtime: Runtime) -> None:
    here = doctor.key_line(runtime)
    assert (here.well, "BOT_MEMORY_FOLDER" in here.said) == (None, True)
    runtime.secrets = runtime.secrets.bound_to(bytes(SIZE))
    assert doctor.key_line(runtime).well


def disk_of(folder: Path, kernel: Path) -> Path:
    device = folder.stat().st_dev
    made = kernel / "dev" / "block" / f"{os.major(device)}:{os.minor(device)}"
    made.mkdir(parents=True)
    return made


def a_layer(device: Path, uuid: str) -> None:
    (device / "dm").mkdir(parents=True)
    (device / "dm" / "uuid").write_text(f"{uuid}\n")


def test_the_doctor_sees_an_encrypted_disk_and_asks_about_any_other(tmp_path: Path) -> None:
    kernel = tmp_path / "sys"
    assert doctor.encryption_line(tmp_path, kernel).well is None
    device = disk_of(tmp_path, kernel)
    assert doctor.encryption_line(tmp_path, kernel).well is None
    a_layer(device, "LVM-abc")
    (device / "slaves" / "vda2").mkdir(parents=True)
    assert "ask" in doctor.encryption_line(tmp_path, kernel).said
    a_layer(device / "slaves" / "vda2", "CRYPT-LUKS2-abc")
    assert doctor.encryption_line(tmp_path, kernel).well
    (device / "slaves" / "vdb").mkdir()
    assert doctor.encryption_line(tmp_path, kernel).well is None, "half of it is in the clear"
    (device / "dm" / "uuid").write_text("CRYPT-LUKS2-def")
    assert doctor.encryption_line(tmp_path / "not" / "there", kernel).well
