"""Names as a real address book holds them: many scripts, and every sign that needs escaping."""

from random import Random
from typing import NamedTuple


class Script(NamedTuple):
    """Given and family names of one script, how they are joined and which comes first."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    joiner: str = " "
    family_first: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LATIN = Script(
    _words("Alice Bob Carol David Emma Frank Grace Henry Irene Jack Karen Liam Mary Noah Olivia"),
    _words("Baker Carter Dawson Ellis Foster Grant Hughes Irwin Jensen Keller Lopez Miller O'Brien")
    + _words("O'Connor Parker Quinn Reed D'Souza Smith Turner"),
)
ACCENTED = Script(
    _words("Zoë Jürgen François Søren Łukasz Ångström Chloé Muñoz Renée Iñaki Jiří Şebnem Noël")
    + _words("Björn Désirée Gökçe Ștefan"),
    _words("Müller Größe L'Hôte Kjær Żółty Dvořák Peña Yılmaz Ó'Briain Håkansson Château Weiß")
    + _words("Šimić Nguyễn Ștefănescu Þórsson"),
)
CYRILLIC = Script(
    _words("Анна Борис Вера Григорий Дарья Евгений Зоя Иван Лариса Михаил Наталья Олексій"),
    _words("Иванов Кузнецова Лебедев Морозова Новиков Петренко Соколова Ткачук Шевченко Юрьев"),
)
GREEK = Script(
    _words("Αλέξανδρος Βασιλική Γεώργιος Δήμητρα Ελένη Ιωάννης Κατερίνα Νίκος Σοφία"),
    _words("Παπαδόπουλος Νικολάου Γεωργίου Αντωνίου Καραγιάννης Οικονόμου Βλάχου"),
)
ARABIC = Script(
    _words("أحمد فاطمة محمد ليلى يوسف مريم خالد نور سامي هند"),
    _words("الحسن المصري حداد خوري منصور النجار سليمان قاسم"),
)
HEBREW = Script(
    _words("אברהם דנה יוסי נועה רחל שירה עומר תמר איתן"),
    _words("כהן לוי מזרחי פרץ ביטון אברמוב פרידמן"),
)
DEVANAGARI = Script(
    _words("अनिल सुनीता राहुल प्रिया विजय नेहा संजय मीरा"),
    _words("शर्मा वर्मा सिंह गुप्ता पटेल जोशी देशमुख"),
)
CHINESE = Script(
    _words("伟 芳 娜 敏 静 丽华 志强 秀英 建国 小明"),
    _words("王 李 张 刘 陈 杨 黄 欧阳 司马"),
    joiner="",
    family_first=True,
)
JAPANESE = Script(
    _words("さくら 健太 美咲 翔 陽子 大輔 ユキ 直樹"),
    _words("佐藤 鈴木 高橋 田中 渡辺 中村 小林 山本"),
    family_first=True,
)
KOREAN = Script(
    _words("민준 서연 지훈 하은 도윤 수빈 예진 현우"),
    _words("김 이 박 최 정 강 조 남궁"),
    joiner="",
    family_first=True,
)

# Half of the people have plain Latin names, as in most address books of the countries served.
SCRIPTS: tuple[tuple[Script, int], ...] = (
    (LATIN, 50),
    (ACCENTED, 18),
    (CYRILLIC, 6),
    (GREEK, 4),
    (ARABIC, 4),
    (HEBREW, 3),
    (DEVANAGARI, 3),
    (CHINESE, 5),
    (JAPANESE, 4),
    (KOREAN, 3),
)
_FAMILIES = tuple(script for script, _ in SCRIPTS)
_WEIGHTS = tuple(weight for _, weight in SCRIPTS)

# What a person adds to a name, with the signs that XML, dial strings and YAML give a meaning to.
ADDITIONS = ("<Night>", "& Team", "(R&D)", "🌟", "🎧", "<Desk 3>", "– Büro", "'Boss'", "☎", "#2")

TRADES = (
    "Bakery", "Logistics", "Clinic", "Law Office", "Software", "Garage", "Hotel", "Studio",
    "Bäckerei", "Café", "Pâtisserie", "Söhne GmbH", "Аптека", "Εκδόσεις", "商事", "공업사",
)  # fmt: skip
PLACES = (
    "Lobby", "Warehouse <North>", "R&D Lab", "Door & Gate", "Kitchen", "Boss's Office",
    "Küche", "Réception", "Склад", "Αίθουσα", "会議室", "회의실", "غرفة", "חדר", "कक्ष", "Lounge 🛋",
)  # fmt: skip


def person(rng: Random) -> str:
    """A person's name; one in twenty carries an addition with a special sign."""
    script = rng.choices(_FAMILIES, _WEIGHTS)[0]
    given, family = rng.choice(script.given), rng.choice(script.family)
    name = script.joiner.join((family, given) if script.family_first else (given, family))
    return f"{name} {rng.choice(ADDITIONS)}" if rng.random() < 0.05 else name


def company(rng: Random) -> str:
    """A company's name, such as `O'Brien & Müller Logistics`."""
    first = rng.choice(rng.choices(_FAMILIES, _WEIGHTS)[0].family)
    second = rng.choice(ACCENTED.family)
    return f"{first} & {second} {rng.choice(TRADES)}"


def place(rng: Random) -> str:
    """A room or a desk that a phone stands in."""
    return rng.choice(PLACES)
