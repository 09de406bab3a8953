# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads at a terminal, in English and French.

Owns every sentence of the board, by code: the codes are those of answers, refusals and faults,
and `help NAME` for each command. It must not know when they are said.
"""

from visiophare_wire import COMMANDS

SENTENCES = {
    # accepted
    "light_set": ("Light to {level} %.", "Lumière à {level} %."),
    "light_fading": ("Light to {level} % in {over}.", "Lumière à {level} % en {over}."),
    "master_set": ("Master to {level} %.", "Niveau général à {level} %."),
    "master_fading": (
        "Master to {level} % in {over}.",
        "Niveau général à {level} % en {over}.",
    ),
    "flashing": (
        "Flash at {level} % for {duration}.",
        "Éclair à {level} % pendant {duration}.",
    ),
    "homing": (
        "The carriage is looking for its switch.",
        "Le chariot cherche son interrupteur.",
    ),
    "going": ("The carriage is going to {mm} mm.", "Le chariot va à {mm} mm."),
    "going_to_frame": (
        "The carriage is going to frame {frame} ({mm} mm).",
        "Le chariot va à la vue {frame} ({mm} mm).",
    ),
    "stopping": ("The carriage is stopping.", "Le chariot s'arrête."),
    "waiting": (
        "Noted for board time {t}.",
        "C'est noté pour le temps de carte {t}.",
    ),
    "cancelled": (
        "Commands that waited for their time, now dropped: {dropped}.",
        "Commandes en attente, désormais abandonnées : {dropped}.",
    ),
    "watching": (
        "When a program that speaks to this board falls silent for so long, the light fades out.",
        "Si un programme qui parle à cette carte se tait aussi longtemps, la lumière s'éteint.",
    ),
    "not_watching": (
        "What happens when a program falls silent is up to the setting silence.",
        "Ce qui se passe quand un programme se tait dépend du réglage silence.",
    ),
    "cleared": (
        "Faults acknowledged; light and carriage obey again.",
        "Défauts acquittés ; la lumière et le chariot obéissent à nouveau.",
    ),
    "stop_heard": (
        "Stopped: the light is off, the carriage is coming to rest. Type clear to go on.",
        "Arrêt : la lumière est éteinte, le chariot s'immobilise. Tapez clear pour reprendre.",
    ),
    "setting": ("{name} = {value}", "{name} = {value}"),
    "settings_saved": ("Settings saved.", "Réglages enregistrés."),
    "setting_changed": (
        "{name} is now {value}, until power-off; settings save keeps it.",
        "{name} vaut maintenant {value}, jusqu'à l'extinction ; settings save le conserve.",
    ),
    "hello": (
        "Visiophare {firmware} on {board}. Type help for the commands.",
        "Visiophare {firmware} sur {board}. Tapez help pour la liste des commandes.",
    ),
    "clock": ("Board time {t} µs.", "Temps de carte : {t} µs."),
    "events_listed": ("Last event: {last}.", "Dernier événement : {last}."),
    # status
    "status_light": (
        "Light at {light} % (set to {level} %, master at {master} %).",
        "Lumière à {light} % (demandée à {level} %, niveau général à {master} %).",
    ),
    "status_at": ("The carriage is at {mm} mm.", "Le chariot est à {mm} mm."),
    "status_at_frame": (
        "The carriage is at {mm} mm, frame {frame}.",
        "Le chariot est à {mm} mm, vue {frame}.",
    ),
    "status_moving": (
        "The carriage is moving, now at {mm} mm.",
        "Le chariot se déplace, il est à {mm} mm.",
    ),
    "status_homing": (
        "The carriage is looking for its switch.",
        "Le chariot cherche son interrupteur.",
    ),
    "status_unreferenced": (
        "The carriage does not know where it is; type carriage home.",
        "Le chariot ne connaît pas sa position ; tapez carriage home.",
    ),
    "status_queue": (
        "Commands waiting for their time: {queue}.",
        "Commandes en attente de leur heure : {queue}.",
    ),
    "status_halted": (
        "Light and carriage refuse to work until you type clear.",
        "La lumière et le chariot n'obéissent plus ; tapez clear.",
    ),
    "status_failed": (
        "The program failed and stopped everything: {error}.",
        "Le programme a échoué et a tout arrêté : {error}.",
    ),
    "reset power_on": ("Last started when power came.", "Dernier démarrage : mise sous tension."),
    "reset watchdog": (
        "Last started by its watchdog: the program had hung.",
        "Dernier démarrage : par le chien de garde, le programme s'était figé.",
    ),
    "reset soft": ("Last started on command.", "Dernier démarrage : sur commande."),
    "reset unknown": ("Why it last started is unknown.", "Dernier démarrage : cause inconnue."),
    # faults
    "no_faults": ("No faults.", "Aucun défaut."),
    "faults_listed": ("Type clear when you have read them.", "Tapez clear après lecture."),
    "home_not_found": (
        "home_not_found: the carriage did not find its switch. Check the switch and its wires,"
        " then type carriage home.",
        "home_not_found : le chariot n'a pas trouvé son interrupteur. Vérifiez-le ainsi que ses"
        " fils, puis tapez carriage home.",
    ),
    "home_switch_stuck": (
        "home_switch_stuck: the switch stays closed although the carriage left it. Check the"
        " switch and the motor, then type carriage home.",
        "home_switch_stuck : l'interrupteur reste fermé alors que le chariot s'en éloigne."
        " Vérifiez l'interrupteur et le moteur, puis tapez carriage home.",
    ),
    "settings_invalid": (
        "settings_invalid: the saved settings were not taken, the defaults hold. Correct them, then"
        " type settings save. {detail}",
        "settings_invalid : les réglages enregistrés sont refusés, ceux d'origine s'appliquent."
        " Corrigez-les, puis tapez settings save. {detail}",
    ),
    "program_failed": (
        "program_failed: {detail}. Everything was stopped. Type clear to go on.",
        "program_failed : {detail}. Tout a été arrêté. Tapez clear pour reprendre.",
    ),
    # refused: the line
    "damaged": (
        "This line arrived damaged, or holds # or *, which only numbered lines may. Type it again.",
        "Cette ligne est arrivée abîmée, ou contient # ou *, réservés aux lignes numérotées."
        " Retapez-la.",
    ),
    "after_stop": (
        "What follows ! on its line is not carried out. Type it again.",
        "Ce qui suit ! sur sa ligne n'est pas exécuté. Retapez-le.",
    ),
    "unknown_command": (
        "There is no such command. Type help for the list.",
        "Cette commande n'existe pas. Tapez help pour la liste.",
    ),
    "missing": ("Something is missing: {arg}.", "Il manque quelque chose : {arg}."),
    "too_many": (
        "There are too many words. Type help and the command's name.",
        "Il y a trop de mots. Tapez help suivi du nom de la commande.",
    ),
    "not_a_number": (
        "{arg} must be a number, such as 40 or 12.5; units: {units}.",
        "{arg} doit être un nombre, par exemple 40 ou 12.5 ; unités : {units}.",
    ),
    "range": (
        "{arg} must lie between {min} and {max}.",
        "{arg} doit être compris entre {min} et {max}.",
    ),
    "not_a_word": (
        "{arg} must be one short word without accents.",
        "{arg} doit être un seul mot court, sans accents.",
    ),
    "not_a_choice": ("{arg} is one of: {choices}.", "{arg} vaut au choix : {choices}."),
    "not_timed": (
        "This command cannot wait for a board time.",
        "Cette commande ne peut pas attendre un temps de carte.",
    ),
    # refused: the state
    "halted": (
        "Stopped: light and carriage refuse to work. Type clear first.",
        "Arrêt : la lumière et le chariot n'obéissent plus. Tapez d'abord clear.",
    ),
    "unreferenced": (
        "The carriage does not know where it is. Type carriage home first.",
        "Le chariot ne connaît pas sa position. Tapez d'abord carriage home.",
    ),
    "outside": (
        "The carriage can go from {min} to {max} mm.",
        "Le chariot peut aller de {min} à {max} mm.",
    ),
    "no_frame": (
        "The film has frames {min} to {max}.",
        "Le film comporte les vues {min} à {max}.",
    ),
    "busy": (
        "Already {max} commands are waiting. Type cancel to drop them.",
        "Déjà {max} commandes attendent. Tapez cancel pour les abandonner.",
    ),
    "late": (
        "That board time is over; it is {t} now.",
        "Ce temps de carte est passé ; il est maintenant {t}.",
    ),
    "too_far": (
        "A command can wait 8 minutes at most; it is {t} now.",
        "Une commande peut attendre 8 minutes au plus ; il est maintenant {t}.",
    ),
    "moving": (
        "The carriage is moving. Wait, or type carriage stop.",
        "Le chariot se déplace. Attendez, ou tapez carriage stop.",
    ),
    "not_dark": (
        "Saving stops everything for a moment: type light 0 first.",
        "L'enregistrement fige tout un instant : tapez d'abord light 0.",
    ),
    "not_saved": (
        "The settings could not be written: {error}. The old ones are kept.",
        "Les réglages n'ont pas pu être écrits : {error}. Les anciens sont conservés.",
    ),
    "internal": (
        "The program failed and stopped everything. Type status.",
        "Le programme a échoué et a tout arrêté. Tapez status.",
    ),
    # refused: a change of the settings
    "settings_refused": ("Nothing was changed.", "Rien n'a été modifié."),
    "unknown_setting": (
        "There is no setting {arg}. Type settings for the list.",
        "Le réglage {arg} n'existe pas. Tapez settings pour la liste.",
    ),
    "settings_unreadable": (
        "The saved text is not JSON with one object.",
        "Le texte enregistré n'est pas du JSON avec un seul objet.",
    ),
    "not_a_value": (
        "{arg} has a value of the wrong type.",
        "{arg} a une valeur du mauvais type.",
    ),
    "limits_crossed": ("{min} must be below {max}.", "{min} doit être inférieur à {max}."),
    "frames_outside": (
        "A frame would lie at {mm} mm, outside min_mm … max_mm.",
        "Une vue se trouverait à {mm} mm, hors de min_mm … max_mm.",
    ),
    "home_slow_too_fast": (
        "home_slow_mm_s must not exceed home_speed_mm_s.",
        "home_slow_mm_s ne doit pas dépasser home_speed_mm_s.",
    ),
    "too_many_steps": (
        "Speed times steps_per_mm must not exceed {max} steps a second.",
        "La vitesse multipliée par steps_per_mm ne doit pas dépasser {max} pas par seconde.",
    ),
    "retract_too_long": (
        "home_retract_mm must be shorter than the travel.",
        "home_retract_mm doit être plus court que la course.",
    ),
    # help
    "usage": ("{usage:<28} {what}", "{usage:<28} {what}"),
    "argument": ("  {word}: {min} to {max} {units}", "  {word} : de {min} à {max} {units}"),
    "help hello": ("what this board is", "ce qu'est cette carte"),
    "help help": ("the commands, or one of them", "les commandes, ou l'une d'elles"),
    "help clock": ("the board time", "le temps de carte"),
    "help light": ("fade the light", "faire varier la lumière"),
    "help master": ("scale all light", "régler le niveau général"),
    "help flash": ("a flash, then as before", "un éclair, puis comme avant"),
    "help carriage home": ("find the home switch", "trouver l'interrupteur d'origine"),
    "help carriage to": ("bring a frame into the gate", "amener une vue dans la fenêtre"),
    "help carriage at": ("go to a position", "aller à une position"),
    "help carriage stop": ("slow down and stop", "ralentir et s'arrêter"),
    "help cancel": ("drop the commands that wait", "abandonner les commandes en attente"),
    "help watch": ("fade out if programs fall silent", "éteindre si le programme se tait"),
    "help clear": ("go on after a stop or a fault", "reprendre après un arrêt ou un défaut"),
    "help status": ("how things are", "l'état de l'appareil"),
    "help settings": ("show or change settings", "voir ou changer les réglages"),
    "help settings save": ("keep the settings", "conserver les réglages"),
    "help faults": ("what is wrong, and what to do", "ce qui ne va pas, et que faire"),
    "help events": ("what happened lately", "les derniers événements"),
    "help_stop": (
        "At any time ! turns the light off and stops the carriage.",
        "À tout moment ! éteint la lumière et arrête le chariot.",
    ),
}


_TYPED_WORDS = {name: metavar for row in COMMANDS for name, metavar, _, _ in row.arguments}


def say(language: str, code: str, fields: dict[str, str], said: dict[str, str]) -> str:
    """The sentence of this code with its values filled in, arguments named as `help` shows them."""
    values = dict(fields)
    values.update(said)
    if "arg" in values:
        values["arg"] = _TYPED_WORDS.get(values["arg"], values["arg"])
    return SENTENCES[code][0 if language == "en" else 1].format(**values)
