"""What a head reads about her people. English; see desk.po."""

from bot.engine.marking import N_

JOINED = {
    "invited": N_("has not joined yet; the invitation ends on {until}"),
    "expired": N_("has not joined; the invitation has ended"),
    "joined": N_("has joined"),
}
KEYS = {
    "holds": N_("holds the key"),
    "given": N_("was given the key and has not opened it yet"),
    "waits": N_("waits for the key: give it on the page of the key"),
    "own": N_("has a personal key and has not asked for the service's"),
    "none": N_("has not made a personal key yet"),
}
PROBLEMS = {
    "name": N_("Write the name that colleagues will see, up to 60 characters."),
    "login": N_(
        "A login has up to 40 characters: letters from a to z without marks, digits, and . _ - after the first."
    ),
    "taken": N_("This login is taken. Choose another one."),
}
