"""Rules broken before there is a package to prove: by a file, a row of a table, or an edit.

Each rule has a name and an English sentence. Sentences that can appear at the desk are marked for translation.
"""

from collections.abc import Mapping

from bot.engine.marking import N_

READ: Mapping[str, str] = {
    "not YAML": N_("this is not readable YAML: {why}"),
    "not a catalogue": N_("this is not a readable catalogue"),
    "wrong value": N_("“{where}”: {message}"),
    "no pattern": N_("“{pattern}” is not a pattern that can be looked for"),
    "screen twice": N_("the screen “{name}” is already in {other}"),
    "languages of phrases": N_("“{topic}” must have phrases in {languages}"),
    "phrase twice": N_("“{phrase}” of “{topic}” already stands in “{other}”"),
    "silent phrase": N_("“{phrase}” holds no letter that could be heard"),
}
"""Rules for the files of a package. The messages of “wrong value” are Pydantic's, in English."""
SLOW: Mapping[str, str] = {
    "slow file": N_("this file takes too long to read"),
    "slow package": N_("this package takes too long to read"),
    "slow proof": N_("this package takes too long to prove"),
    "slow text": N_("this takes too long to look at"),
    "slow pattern": N_("the pattern “{pattern}” takes too long to look for"),
    "too many rows": N_("the package holds more than anybody could look through"),
    "long text": N_("the text “{key}” is longer than {most} characters"),
}
"""Limits on content from outside, which must not use up time or memory."""
ROWS: Mapping[str, str] = {
    "other root": N_("“{name}” does not belong here; there is only “{root}”"),
    "no root": N_("there is no “{root}:” here"),
    "no id": N_("“{name}” cannot be an id: small letters, digits, signs like in the other ids"),
    "no lines": N_("“{name}” must hold lines of the form “key: value”"),
    "no word": N_("“{name}” has a key that is not a word"),
    "field twice": N_("“{field}” stands twice in “{name}”"),
    "reference": N_("“{field}” is a reference (& or *); write it out"),
    "unknown field": N_("“{id}” has “{field}”, which is not known here"),
    "no field": N_("“{id}” has no “{field}”"),
    "other value": N_("“{id}” has “{field}: {value}”; it can be {allowed}"),
    "no address": N_("“{id}” has a “{field}” that is not an address like https://…"),
    "no day": N_("“{id}” has a “{field}” that is not a day like 2026-11-22"),
    "no list": N_("“{id}” has a “{field}” that is not a list like [one, two]"),
    "no languages": N_("“{id}” has a “{field}” without its languages, like {{lv: …, ru: …, en: …}}"),
    "other languages": N_("“{id}” must say “{field}” once in each language: {languages}"),
    "no plain words": N_("“{id}” has a “{field}” that is not plain words"),
    "no words": N_("“{id}” has a “{field}” that is empty or holds braces or line breaks"),
    "no words in": N_("“{id}” has a “{field}” in {language} that is empty or holds braces or line breaks"),
    "read as a number": N_("“{id}” has a “{field}” that reads as a number; put it into quotation marks"),
    "expires too early": N_("“{id}” expires before it was verified"),
    "doubt": N_("“{id}” needs a “doubt” if its confidence is “review”, and only then"),
    "no phone": N_("“{id}” is a phone, but its value is no number that can be dialled in Latvia"),
    "no opening": N_("“{id}” has opening hours for the program that are not like “{example}”"),
    "other hours": N_("“{id}” names other times to people than to the program"),
    "no https": N_("“{id}” is an address, but its value does not begin with https://"),
    "reserved number": N_("“{id}” is always the phone {value}: the law reserves this number"),
    "always answers": N_("“{id}” cannot be withdrawn: this number always answers"),
    "place twice": N_("“{id}” is for {places}, and so is “{other}”"),
    "no place": N_("“{id}” is for no municipality"),
    "no phone of a service": N_("“{id}” has a “phone” that cannot be dialled in Latvia"),
    "no neighbour": N_("“{id}” has “near” with {names}, which is no municipality"),
    "no atvk": N_("“{id}” has an “atvk” that is not seven digits"),
}
"""Rules for the tables: facts, services, municipalities."""
EDITS: Mapping[str, str] = {
    "no edit": N_("“{kind}” is no kind of edit"),
    "no language": N_("“{name}”: a language is missing"),
    "needless language": N_("“{name}”: a language is too much"),
    "unwritable": N_("“{name}”: holds a letter that cannot be written"),
    "several lines": N_("“{name}”: must stand on one line"),
    "long value": N_("“{name}”: “{field}” is longer than {most} characters"),
    "strange value": N_("“{name}”: “{field}” holds signs that it cannot hold"),
    "missing file": N_("this file is missing"),
    "no catalogue": N_("there is no catalogue of “{language}”"),
    "no chapter": N_("“{name}” is no chapter"),
    "no screen": N_("there is no screen “{name}”"),
    "no topic": N_("there is no topic “{topic}”"),
    "no button": N_("the screen “{name}” has no button “{choice}”"),
    "no buttons": N_("“{topic}” has no such buttons: {choices}"),
    "no block": N_("there is no “{name}” here"),
    "fixed block": N_("“{name}” cannot be changed here: {why}"),
    "screen taken": N_("there is a screen “{name}” already, or it cannot be called so"),
    "gone with it": N_("“{name}” goes with the topic; its links need another place"),
    "no phrases": N_("there are no phrases of “{topic}” in {language}"),
    "last phrase": N_("“{topic}” would have no phrase in {language}"),
    "fallen behind": N_("“{name}” changed in {newer} but not in {language}: change it, or say that it is still right"),
    "unexplained": N_(
        "the value of “{name}” changed, and its source and day did not: renew them, or say in its note why"
    ),
    "misspelt": N_("not in the dictionary: {words}"),
}
RETURNED: Mapping[str, str] = {
    "unknown id": N_("the id “{key}” is none of this package; ids must stay as they were handed out"),
    "changed since": N_("“{key}” has changed since this file was handed out; hand it out anew and translate there"),
    "empty text": N_("“{key}” is empty in {language}"),
    "still fuzzy": N_("“{key}” is translated, but still marked fuzzy; take the mark away once it is done"),
    "lost placeholder": N_("“{key}” has lost {placeholder} in {language}; it must stay, it is filled in later"),
    "new placeholder": N_("“{key}” has {placeholder} in {language}, which is not in the text it translates"),
    "id twice": N_("the id “{key}” stands there twice"),
    "an id twice": N_("an id stands there twice"),
    "looks different": N_("the texts given as “{language}” look like “{other}”; was a column or a file mixed up?"),
    "large file": N_("the file is larger than all texts of a package can be"),
    "no PO line": N_("this line is not readable PO"),
    "no UTF-8": N_("the file is not in UTF-8; save it in UTF-8"),
    "no PO": N_("this is not readable PO: {why}"),
    "many plurals": N_("the head of the file names more plural forms than any language has"),
    "not ours": N_("the head of the file says it is from “{source}” into “{target}”: not one we gave"),
    "lost id": N_("this text has lost its id, the line msgctxt"),
    "other heads": N_("the first row must stay as it was handed out: {heads}"),
    "no spreadsheet": N_("this is not a spreadsheet in the format .xlsx"),
    "neither": N_("this is neither a .po file nor a spreadsheet (.xlsx)"),
    "formula": N_("the cell {cell} holds a formula; write the text itself"),
    "number in a cell": N_("the spreadsheet made a number or a date of the cell {cell}; format it as text"),
    "large unpacked": N_("unpacked, the file is larger than all texts of a package can be"),
    "macro": N_("the file holds a macro, an embedded file or a link to another one; save it without"),
    "many rows": N_("the spreadsheet has more rows than a package has texts"),
    "many pieces": N_("“{file}” holds more pieces than all texts of a package can have"),
}
"""Rules for a file returned by a translator."""
PACKED: Mapping[str, str] = {
    "large package": N_("the file is larger than {most} bytes; no content is"),
    "no package": N_("this is not a package, or it was damaged on the way ({why})"),
    "many files": N_("it holds more than {most} files, or one of them twice"),
    "no contents": N_("it has no table of contents ({file})"),
    "strange file": N_("“{file}” does not belong in a package; nothing was read"),
    "strangely packed": N_("it is packed in a way that packages are not"),
    "large package unpacked": N_("unpacked it would be larger than {most} bytes; no content is"),
    "wrong checksum": N_("its checksum does not fit: it was changed or damaged after it was made"),
    "newer format": N_("it was made by a newer program (format {format}, this one reads {own})"),
    "unreadable contents": N_("its table of contents ({file}) cannot be read"),
    "unknown format": N_("its format {format} is not known here"),
    "large file in it": N_("“{file}” is larger than {most} bytes; no content is"),
    "file without UTF-8": N_("“{file}” is not written in UTF-8"),
}
"""Rules for a package handed over as one file."""
COMMANDS: Mapping[str, str] = {
    "no content here": "there is no `dialogs/` with content here",
    "no PO here": "there is no .po file in this folder",
    "not in this language": "there is no content in “{language}”",
    "folder not empty": "the folder is not empty: old pages would stay in it",
    "revealing address": "“{stem}” in the address would reveal what the site is about",
}
"""Rules seen only at the command line, which is in English."""
FILE_RULES: Mapping[str, str] = {**READ, **SLOW, **ROWS, **EDITS, **RETURNED, **PACKED, **COMMANDS}
