"""Forms from the models of `schema/`: what is written becomes fields, what is sent becomes data again."""

from dialform.console.forms.form import Form
from dialform.console.forms.nodes import MISSING
from dialform.console.forms.spot import Look, Post
from dialform.console.forms.view import Field, Said

__all__ = ["MISSING", "Field", "Form", "Look", "Post", "Said"]
