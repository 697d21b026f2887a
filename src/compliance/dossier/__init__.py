"""The dossier: all that is known around the breaches before anybody is judged by them."""

from compliance.dossier.compiling import compiled
from compliance.dossier.dossier import Dossier, Leave, Unsigned
from compliance.dossier.waivers import Waiver, load_waivers

__all__ = ["Dossier", "Leave", "Unsigned", "Waiver", "compiled", "load_waivers"]
