"""DF02xx: which files a site holds, and what they may be."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class NoSite(Rule):
    """The folder is no site: it has no platform.yaml.

    `dialform init DIR` makes a new site; `--site DIR` names another folder.
    """

    code = "DF0201"
    message = "platform.yaml is missing: this folder is no site"
    hint = "run `dialform init DIR`, or name the site with --site DIR"


class Symlink(Rule):
    """A symbolic link stands in the site. It could point outside of what was reviewed.

    Put a copy in its place.

    Wrong: `tenants.d/acme.yaml -> ../other/acme.yaml`.
    Right: the file itself.
    """

    code = "DF0202"
    message = "a symbolic link is refused"
    hint = "put the file itself here"


class Submodule(Rule):
    """A git submodule or a nested repository stands in the site; its content is not reviewed here.

    Wrong: `tenants.d/acme` as a submodule of the customer's own repository.
    Right: the files themselves; a pull request there becomes one here.
    """

    code = "DF0203"
    message = "a submodule or nested repository is refused"
    hint = "copy its files into this repository"


class LfsPointer(Rule):
    """The file is a Git LFS pointer: three lines of text where the content should be.

    Run `git lfs pull` where the site is checked, or take the file out of LFS: a site's files are small.
    """

    code = "DF0204"
    message = "this is a Git LFS pointer, not the file itself"
    hint = "run `git lfs pull`, or commit the file itself"


class CaseCollision(Rule):
    """Two paths differ only in upper and lower case. On some machines they are one file.

    Wrong: `media/Welcome.wav` beside `media/welcome.wav`.
    Right: two names that differ in more than case.
    """

    code = "DF0205"
    message = "'{path}' and '{other}' differ only in case"
    hint = "rename one of the two"


class BadFileName(Rule):
    """A file or folder name becomes a slug, so it has lower-case letters a-z, digits and dashes.

    Letters of other alphabets that look like Latin ones are named with their code point. Some names are
    the switch's own: no tenant is called public, outbound, refused, ended, global, default or phone.

    Wrong: `tenants.d/Acme_Corp.yaml`.
    Right: `tenants.d/acme-corp.yaml`.
    """

    code = "DF0206"
    message = "'{name}' is no slug: {reason}"
    hint = "use a-z, 0-9 and '-', beginning with a letter or digit"


class NotRead(Rule):
    """Something lies where it looks as if it were read, but it is not.

    Wrong: `routes.yml`, `Tenants.d/`, `tenants.d/acme/phones/desk.yaml`.
    Right: `routes.yaml`, `tenants.d/`, `tenants.d/acme/desk.yaml`.
    """

    code = "DF0207"
    severity = Severity.WARNING
    message = "this is not read: {reason}"
    hint = "{way}"


class NotAFile(Rule):
    """Something that is neither a file nor a folder stands in the site (a socket, a device, a pipe).

    Remove it; a checkout of git never holds one.
    """

    code = "DF0208"
    message = "this is neither a file nor a folder"
    hint = "remove it"


class TwoShapes(Rule):
    """A tenant is one file or one folder, not both.

    Wrong: `tenants.d/acme.yaml` beside `tenants.d/acme/`.
    Right: move the file into the folder, under any name that ends in .yaml.
    """

    code = "DF0209"
    message = "tenant '{slug}' is written as a file and as a folder"
    hint = "move tenants.d/{slug}.yaml into the folder"


class UnsafePath(Rule):
    """A path to a media file leaves the site or hides something: `..`, an absolute path, a backslash.

    Wrong: `greeting: ../../etc/passwd`.
    Right: `greeting: media/welcome.wav`.
    """

    code = "DF0210"
    message = "'{path}' is not a path inside the site: {reason}"
    hint = "write it from the site's root, such as media/welcome.wav"


class MissingFile(Rule):
    """A file that the site names does not exist.

    Wrong: `greeting: welcome.wav`.
    Right: `greeting: media/welcome.wav`, with the file in the same commit.
    """

    code = "DF0211"
    message = "there is no file '{path}'"
    hint = "add the file, or correct the path"


class NotAudio(Rule):
    """A sound file is not what its name says, or is in a format that the switch does not play.

    WAV (PCM, 8 to 48 kHz, mono or stereo) always works.
    """

    code = "DF0212"
    message = "'{path}' cannot be played: {reason}"
    hint = "convert it: dialform media convert {path}"


class NotAlike(Rule):
    """Music that is played in order becomes one file, so all its files are WAV of the same coding, rate
    and number of channels.

    Wrong: `files: [media/one.wav, media/two.ogg]`.
    Right: convert them alike with `dialform media convert media/one.wav media/two.ogg --into media/hold`;
    or `shuffle: true`, where they are played in any order and each as it is.
    """

    code = "DF0215"
    message = "'{path}' is {found}, and the first one is {first}: they cannot be played in order"
    hint = "make all alike with `dialform media convert FILE... --into DIR`, or set shuffle: true"


class Unreachable(Rule):
    """A file or folder of the site cannot be read.

    Give the user that runs `dialform` the right to read it.
    """

    code = "DF0213"
    message = "cannot be read: {reason}"
    hint = "check its permissions"


class KeyInTwoFiles(Rule):
    """The same object stands in two files of one tenant's folder.

    Wrong: `extensions: {"1001": ...}` in both `people.yaml` and `phones.yaml`.
    Right: each object in one file; the files' tables are merged.
    """

    code = "DF0214"
    message = "'{key}' stands in {first} already"
    hint = "keep one of the two"
