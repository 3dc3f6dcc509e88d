"""The pages of coming in, by path. All but signing out are for who is not signed in, and check their forms
themselves (`before.py`).
"""

from dialform.console.need import ANYBODY, PUBLIC
from dialform.console.page import Page
from dialform.console.signin import factor, forgotten, openid, password
from dialform.console.signin.choosing import choosing

_SMALL = 16 * 1024

_welcome, _welcomed = choosing("invitation")
_reset, _resetting = choosing("reset")

PAGES = (
    Page("/sign-in", password.sign_in, PUBLIC),
    Page("/sign-in", password.signing_in, PUBLIC, ("POST",), csrf=False, largest=_SMALL),
    Page("/sign-out", password.sign_out, ANYBODY, ("POST",), largest=_SMALL),
    Page("/second-factor", factor.ask, PUBLIC),
    Page("/second-factor", factor.given, PUBLIC, ("POST",), csrf=False, largest=_SMALL),
    Page("/second-factor/new", factor.offer, PUBLIC),
    Page("/second-factor/new", factor.enrol, PUBLIC, ("POST",), csrf=False, largest=_SMALL),
    Page("/openid", openid.leave, PUBLIC),
    Page("/openid/back", openid.back, PUBLIC),
    Page("/welcome/{token}", _welcome, PUBLIC),
    Page("/welcome/{token}", _welcomed, PUBLIC, ("POST",), csrf=False, largest=_SMALL),
    Page("/reset", forgotten.form, PUBLIC),
    Page("/reset", forgotten.asked, PUBLIC, ("POST",), csrf=False, largest=_SMALL),
    Page("/reset/{token}", _reset, PUBLIC),
    Page("/reset/{token}", _resetting, PUBLIC, ("POST",), csrf=False, largest=_SMALL),
)
