"""Every transcript is told by Telegram, too: the same words, buttons and pop-ups, in one message."""

import pytest

from bot.runtime import Runtime
from tests.channels.telegram_face import telegram_face
from tests.faces import Clock, Transcript, transcripts
from tests.test_transcripts import balvi, tells

__all__ = ["balvi"]


@pytest.mark.parametrize("transcript", transcripts(), ids=lambda transcript: transcript.name)
async def test_telegram_tells_the_transcript(transcript: Transcript, balvi: Runtime, clock: Clock) -> None:
    async with telegram_face(balvi, clock, transcript.language) as face:
        await tells(face, transcript)
        assert face.person.chat.most_alive <= 2
