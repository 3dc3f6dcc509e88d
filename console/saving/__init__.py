"""From an edit to a commit: YAML changed in place, checked, reviewed, merged or proposed.

```python
site = await ground.off(repository(ground).tip)          # the newest commit, for configuration pages
now = value_at(site, "acme", ("follow_me", "1002"))      # plain data, GONE where there is none
edit = Edit("acme", ("follow_me", "1002"), {**now, "when": ["busy"]}, was=digest_of(now))
checked = await check(context, [edit])                   # findings by field, plan, review, call tests
saved = await save(context, [edit], "Follow-me of 1002") # Clash, Invalid, Denied, Refused, NotThere, Away
```
"""

from dialform.console.saving.acts import Examined, examine, merge, take_back
from dialform.console.saving.age import say_age
from dialform.console.saving.checks import Checked
from dialform.console.saving.drafts import Draft, draft_of, drafts_of, drop_draft, keep_draft
from dialform.console.saving.edit import ANYWAY, Edit, digest_of, document_of, plain, value_at
from dialform.console.saving.errors import Clash, Denied, Invalid, Overlap
from dialform.console.saving.finding import Finding
from dialform.console.saving.history import Commit, commit, log
from dialform.console.saving.keeping import keep_up
from dialform.console.saving.placing import Saved
from dialform.console.saving.repository import Repository, repository
from dialform.console.saving.saving import check, save
from dialform.console.saving.trial import Tested, TestRun
from dialform.console.saving.undoing import Undoing, examine_undo, revert
from dialform.console.saving.waiting import Change, change, changes
from dialform.schema.editing import GONE

__all__ = [
    "ANYWAY", "BESIDE", "GONE", "PAGES", "Change", "Checked", "Clash", "Commit", "Denied", "Draft",
    "Edit", "Examined", "Finding", "Invalid", "Overlap", "Repository", "Saved", "TestRun", "Tested",
    "Undoing", "change", "changes", "check", "commit", "digest_of", "document_of", "draft_of",
    "drafts_of", "drop_draft", "examine", "examine_undo", "keep_draft", "log", "merge",
    "plain", "repository", "revert", "save", "say_age", "take_back", "value_at",
]  # fmt: skip

PAGES = ()
BESIDE = (keep_up,)
