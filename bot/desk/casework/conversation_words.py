"""Words of the risk conversation and of the plan. English; see desk.po."""

from bot.engine.conversation import ConversationForm
from bot.engine.marking import N_

PARTS = {
    "now": N_("Now"),
    "violence": N_("Violence"),
    "control": N_("Control"),
    "threats": N_("Threats"),
    "turning_points": N_("Turning points"),
    "other": N_("The other person"),
    "children": N_("Children and whoever depends on the person"),
    "herself": N_("The person"),
}
QUESTIONS = {
    "fear_now": N_("Is afraid of being killed or seriously hurt"),
    "safe_tonight": N_("Has a safe place for tonight"),
    "worse_lately": N_("More frequent or worse lately"),
    "weapon_used": N_("A weapon or an object was used or shown"),
    "neck_pressed": N_("The neck was pressed, or breathing was stopped"),
    "sexual_violence": N_("Was forced to have sex"),
    "hurt_badly": N_("Had injuries that a doctor should see"),
    "hurt_pregnant": N_("Was hurt while pregnant, or is pregnant now"),
    "cut_off": N_("Is cut off from family and friends"),
    "phone_watched": N_("Phone, accounts or messages are watched"),
    "money_taken": N_("Money or documents are taken away"),
    "is_followed": N_("Is followed or waited for"),
    "threat_to_her": N_("Was threatened with death"),
    "threat_to_children": N_("Harm to the children was threatened, or to take them"),
    "threat_to_himself": N_("The other person threatens to kill himself or herself"),
    "leaves_now": N_("Leaves, has left, or plans to"),
    "in_court": N_("Something is before a court"),
    "contact_with_children": N_("There is a dispute about seeing the children"),
    "broke_order": N_("A ban or an order was broken"),
    "has_weapons": N_("Has weapons, or can get them"),
    "violent_before": N_("Was violent before, to this person or others"),
    "drinks": N_("Drinks much, or takes drugs"),
    "speaks_of_suicide": N_("Speaks of suicide, or has tried"),
    "children_saw": N_("Children saw or heard it"),
    "children_hurt": N_("Children were hurt"),
    "cares_for_others": N_("Somebody depends on the person's care"),
    "somebody_helps": N_("There is somebody who helps"),
    "health_or_care": N_("Illness, disability, or need of care"),
    "permit_depends": N_("The right to stay in the country depends on the other person"),
    "own_thoughts_of_death": N_("Has thoughts of suicide"),
}
ANSWERS = {
    "yes": N_("yes"),
    "no": N_("no"),
    "not_known": N_("does not know"),
    "not_asked": N_("not asked"),
}
NEXT = {
    "own_help": N_("our own help"),
    "institution": N_("one institution more"),
    "meeting": N_("a meeting of institutions"),
}
CONVERSATION = {
    "heading": N_("Risk conversation"),
    "about": N_(
        "Part by part, and you can stop anywhere. Nothing is added up and no level comes out: what follows is your own "
        "judgement, together with the person. It is sealed like the request, erased with it, and prints as part of the "
        "paper file."
    ),
    "worry": N_("What worries you most, in your own words (no names)"),
    "next": N_("What follows"),
    "save": N_("Seal and save the conversation"),
}
PLAN = {
    "heading": N_("Plan"),
    "about": N_(
        "What each institution does, and by when. Only the nearest day stands outside the seal. What lives longer "
        "belongs in your service's own file."
    ),
    "institution": N_("Institution"),
    "what": N_("What has to be done"),
    "by": N_("By"),
    "state": N_("State"),
    "add": N_("One more step"),
    "save": N_("Seal and save the plan"),
}
INSTITUTIONS = {
    "social_service": N_("social service"),
    "police": N_("police"),
    "custody_court": N_("custody court"),
    "doctor": N_("doctor"),
    "school": N_("school or kindergarten"),
    "rehabilitation": N_("rehabilitation"),
    "lawyer": N_("lawyer"),
    "probation": N_("Probation Service"),
    "person": N_("the person"),
    "other": N_("another one"),
}
STEP_STATES = {"open": N_("not done yet"), "done": N_("done"), "not_possible": N_("not possible")}
SAVING = {
    "by": N_("Saved by {by}, {at}"),
    "saved": N_("Saved."),
    "failed": N_("Not saved. What you wrote is still here: try again."),
    "meanwhile": N_("A colleague saved this meanwhile. Copy what you have written, then load the page again."),
    "joined": N_(
        "Not saved: this report was joined meanwhile. Copy what you have written to the person's own request."
    ),
    "unreadable": N_("What was saved here cannot be opened with your key. Saving replaces it."),
    "too_long": N_("This is too long to be sealed: shorten what you have written."),
}


def unnamed(form: ConversationForm) -> list[str]:
    """Return parts and questions that have no words here."""
    asked = [question for questions in form.parts.values() for question in questions]
    return [part for part in form.parts if part not in PARTS] + [name for name in asked if name not in QUESTIONS]
