"""The doctor's sentences in the operator's language: what was looked at, what was seen, what to do."""

from bot.desk.page import say
from bot.desk.vocabulary import N_
from bot.usecases.doctor_line import Sentence

VERDICTS = {
    True: N_("In order"),
    False: N_("Not in order"),
    None: N_("Not set up"),
}
SENTENCES = (
    N_("112 and a topic are reached; no service can be addressed, so phones stand in for the form"),
    N_("112 is not shown"),
    N_("112, a topic and the form are reached"),
    N_("all ran lately"),
    N_("answers, its tables are current, and the clocks agree"),
    N_("audit"),
    N_("backup"),
    N_("BOT_BACKUPS is not set, so nobody looks"),
    N_("BOT_PUBLIC_URL is not set"),
    N_("BOT_SMTP is not set: nobody is told that something waits"),
    N_("BOT_TELEGRAM_TOKEN is not set"),
    N_("broken at entry {number}"),
    N_("can be addressed"),
    N_("complete"),
    N_("content"),
    N_("database"),
    N_("did not answer in time"),
    N_("disk"),
    N_("does not answer ({error})"),
    N_("everything else"),
    N_("facts"),
    N_("information only: its database is out of reach"),
    N_("is ours, through https"),
    N_("is the program running? its log says job_failed where one fails"),
    N_("it has no address for notices, so nobody is told that something waits"),
    N_("it is switched off"),
    N_("it never reads"),
    N_("its certificate has expired"),
    N_("its certificate is for another name"),
    N_("its certificate is not trusted"),
    N_("its certificate is not valid yet"),
    N_("its clock and ours differ"),
    N_(
        "its head names somebody who holds the key, at the desk under “Calendar”, or the operator: python -m "
        "bot service set … --reader … --reader-email …"
    ),
    N_(
        "its head sends test mails from “Calendar”, or the operator: python -m bot service try …; deputy or "
        "head opens the link and presses the button; another service does so for its own address"
    ),
    N_(
        "its head sends test mails from “Calendar”, or the operator: python -m bot service try …; who reads "
        "the mailbox opens the link and presses the button"
    ),
    N_("its head sends test mails from “Calendar”; whoever alone reads opens the link and presses the button"),
    N_("its head, at the desk under “Calendar”, or the operator: python -m bot service set … --email …"),
    N_("its head, at the desk under “Calendar”, or the operator: python -m bot service set … --hours …"),
    N_(
        "its head, at the desk under “Calendar”: another address for the deputy or the head, or another "
        "service; or the operator: python -m bot service set … --head-email …"
    ),
    N_("its tables are of another version"),
    N_("jobs"),
    N_("knows us, and brings updates by webhook"),
    N_("knows us, and brings updates when asked"),
    N_("its workers read each at the desk, and close together what they have read"),
    N_("let our headers through as they are"),
    N_("letters would be sealed to another key than the one its holders have"),
    N_("look again; if it stays so, run: python -m bot doctor"),
    N_("mail"),
    N_("make room: a full disk closes the request part"),
    N_("many updates wait at Telegram"),
    N_("missing: {names}"),
    N_("no way leads to the form"),
    N_("nobody else is told when nobody takes a request"),
    N_("nobody has confirmed that mail arrives at its address for notices"),
    N_("nobody has confirmed that mail arrives at those who are told next"),
    N_("nobody has confirmed that mail arrives at whoever alone reads"),
    N_("none is overdue"),
    N_("none is set up"),
    N_("not lately: {names}"),
    N_("order one for the host of BOT_PUBLIC_URL"),
    N_("order one that browsers trust, and let the proxy send its whole chain"),
    N_("others of the service read the mailbox of whoever alone reads"),
    N_("out of reach ({error})"),
    N_("people can write to it until {day} only"),
    N_("people need an https address"),
    N_("proved, revision {name}"),
    N_("public page"),
    N_("python -m bot service set …; until then phones are shown"),
    N_("refused ({error})"),
    N_("renew it; Caddy and certbot do so by themselves, see their log"),
    N_("restart the program; if it comes back, change the token"),
    N_("run: python -m bot check"),
    N_("run: python -m bot check, and see the line of the service"),
    N_("see BOT_SMTP, BOT_MAIL_FROM and the addresses"),
    N_("see DNS and the proxy"),
    N_("see DNS, the proxy, its certificate, and whether the program runs"),
    N_("see the line “database”"),
    N_("see the log for turn_failed"),
    N_("see the proxy and its certificate"),
    N_("see the timer: systemctl list-timers"),
    N_("see the token, and the way out"),
    N_("sends people on to a page without https"),
    N_("sends people on to another address"),
    N_("service {id}"),
    N_("service {id}, for people who know somebody there"),
    N_("service {id}, requests in a flood"),
    N_("services"),
    N_("set BOT_PUBLIC_URL to the address that answers itself"),
    N_("set both by NTP: timedatectl"),
    N_("set the clock by NTP: timedatectl"),
    N_("set them"),
    N_("settings"),
    N_("somebody changed it: tell the data-protection officer, and see the incident plan"),
    N_("something between changes our pages: take it out"),
    N_("something else answers there"),
    N_("start it; people read from memory meanwhile"),
    N_("start the program of this version"),
    N_("stopped by the database ({error})"),
    N_("such requests are not sent; phones are shown"),
    N_("take it out: browsers keep it on the device of whoever came"),
    N_("take that redirect out of the proxy"),
    N_("telegram"),
    N_("Telegram could not reach us within the last hour"),
    N_("Telegram's updates do not get through: {number} in place of 403"),
    N_("that worker takes a copy of the key at the desk, under “The key”"),
    N_("the chain is whole"),
    N_("the first screen is not shown"),
    N_("the form does not open"),
    N_("the newest is {number} hours old"),
    N_("the operator: python -m bot service set … --hours …"),
    N_("the operator: set BOT_SMTP and BOT_MAIL_FROM, and restart the program"),
    N_("the page does not name 112"),
    N_("the proxy adds: {names}"),
    N_("the proxy has to hand on what is posted to /telegram"),
    N_("the proxy takes away: {names}"),
    N_("the server takes mail for {number} addresses"),
    N_("the topic {name} is not shown"),
    N_("there is no head of service, and nobody else is named who alone reads"),
    N_("there is none"),
    N_("this installation sends no mail, so nobody is told that something waits"),
    N_(
        "treat it as an incident: find out who changed the database or the program; then its head changes the key "
        "at the desk under “The key”, or, where it is explained, head or operator settles it under “Calendar”"
    ),
    N_(
        "two of its workers, at the desk under “The key”; where there is only one, the operator invites a "
        "second: python -m bot worker invite …"
    ),
    N_("updates go elsewhere"),
    N_("verify them and renew their dates"),
    N_("walk in {language}"),
    N_("whoever alone reads has no address of her or his own"),
    N_("whoever alone reads holds no copy of the key"),
    N_("{number} came, and {unread} wait unread"),
    N_("{number} are overdue and withheld: {names}"),
    N_("{number} MB free"),
    N_("{number} open requests are hidden from everybody"),
    N_("{number} of two hold its key"),
    N_("{number} problems"),
)


def in_words(language: str, sentence: Sentence) -> str:
    """Commands, settings and names of jobs stay as they are: they are typed so."""
    return say(language, sentence.words).format(**sentence.values)
