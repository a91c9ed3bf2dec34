"""A made-up crawl: several sites in several languages, each with its own header, footer and teasers around the articles."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# By language: openings, middles and ends of sentences that fit together in any combination.
PHRASES = {
    "en": (
        ["The council", "A spokesman for the port", "The new museum", "Her neighbour", "The river authority"],
        ["announced on Tuesday that", "had long expected that", "said in a letter that", "will hardly believe that"],
        ["the bridge will stay closed until {n} May.", "{n} houses lost their roofs.", "nobody was to blame.", "the repairs cost {n} pounds."],
    ),
    "de": (
        ["Der Stadtrat", "Eine Sprecherin des Hafens", "Das neue Museum", "Ihr Nachbar", "Die Behörde am Fluss"],
        ["teilte am Dienstag mit, dass", "hatte lange erwartet, dass", "schrieb in einem Brief, dass", "glaubt kaum, dass"],
        ["die Brücke bis zum {n}. Mai geschlossen bleibt.", "{n} Häuser ihre Dächer verloren.", "niemand schuld war.", "die Arbeiten {n} Euro kosten."],
    ),
    "fr": (
        ["Le conseil municipal", "Une porte-parole du port", "Le nouveau musée", "Sa voisine", "L’autorité du fleuve"],
        ["a annoncé mardi que", "s’attendait depuis longtemps à ce que", "a écrit dans une lettre que", "croit à peine que"],
        ["le pont restera fermé jusqu’au {n} mai.", "{n} maisons ont perdu leur toit.", "personne n’était coupable.", "les travaux coûtent {n} euros."],
    ),
    "es": (
        ["El ayuntamiento", "Una portavoz del puerto", "El nuevo museo", "Su vecina", "La autoridad del río"],
        ["anunció el martes que", "esperaba desde hacía tiempo que", "escribió en una carta que", "apenas cree que"],
        ["el puente seguirá cerrado hasta el {n} de mayo.", "{n} casas perdieron el tejado.", "nadie tuvo la culpa.", "las obras cuestan {n} euros."],
    ),
    "ru": (
        ["Городской совет", "Представительница порта", "Новый музей", "Её соседка", "Речное ведомство"],
        ["во вторник объявил, что", "давно ожидал, что", "написал в письме, что", "едва ли верит, что"],
        ["мост будет закрыт до {n} мая.", "{n} домов остались без крыш.", "никто не виноват.", "ремонт стоит {n} рублей."],
    ),
    "ja": (
        ["市議会は", "港の広報担当者は", "新しい博物館は", "彼女の隣人は", "河川管理局は"],
        ["火曜日の発表によれば", "長い間の予想どおり", "手紙の中で", "信じがたいことに"],
        ["橋が五月{n}日まで閉鎖されると述べた。", "{n}軒の家が屋根を失ったと述べた。", "誰の責任でもないと述べた。", "修理に{n}円かかると述べた。"],
    ),
}

# By site: language, lines above every article, lines below.
SITES = {
    "www.harbour-courier.example": ("en", ["Harbour Courier", "Front page | Sport | Tides"], ["Our tide tables are printed on Fridays", "Harbour Courier, Pier 4"]),
    "nachrichten.flussblatt.example": ("de", ["Flussblatt", "Lokales Sport Wetter Anzeigen"], ["Das Flussblatt erscheint seit 1911", "Zum Archiv des Flussblatts"]),
    "journal-du-pont.example": ("fr", ["Journal du Pont", "Accueil – Quartiers – Annonces"], ["Le Journal du Pont paraît le jeudi"]),
    "www.diario-del-rio.example": ("es", ["Diario del Río", "Portada · Barrios · Anuncios"], ["Diario del Río, calle del Puerto 7"]),
    "rechnoy-vestnik.example": ("ru", ["Речной вестник", "Новости Спорт Погода"], ["Речной вестник выходит по пятницам"]),
    "kawa-shimbun.example": ("ja", ["川新聞", "トップ 地域 天気"], ["川新聞は毎週金曜日に発行されます"]),
}


def _article(chance: random.Random, lang: str, paragraphs: int) -> list[str]:
    openings, middles, ends = PHRASES[lang]
    space = "" if lang == "ja" else " "

    def sentence() -> str:
        words = (chance.choice(openings), chance.choice(middles), chance.choice(ends))
        return space.join(words).format(n=chance.randrange(2, 3000))

    return [space.join(sentence() for _ in range(chance.randrange(2, 7))) for _ in range(paragraphs)]


def records(count: int, seed: int = 9, paragraphs: int = 6) -> Iterator[dict[str, Any]]:
    """Records as a crawl would have them; the same for the same arguments."""
    chance = random.Random(seed)
    sites = list(SITES)
    for n in range(count):
        site = sites[n % len(sites)] if n < 60 else chance.choice(sites)
        lang, above, below = SITES[site]
        body = _article(chance, lang, chance.randrange(1, paragraphs + 1))
        if chance.random() < 0.1:
            # A quotation in another language.
            body.insert(1, _article(chance, chance.choice(list(PHRASES)), 1)[0])
        text = "\n".join([*above, *body, *below])
        damage = chance.random()
        if damage < 0.08 and lang in ("de", "fr", "es"):
            text = text.encode().decode("cp1252", errors="replace")
        elif damage < 0.1:
            text = " \n\n\t"
        yield {
            "id": f"{site}-{n}" if chance.random() < 0.9 else str(n),
            "url": f"https://{site}/{chance.randrange(2020, 2026)}/{n}",
            "title": body[0][:40],
            "text": text,
            "date": f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}",
            "section": {"name": "local", "rank": n % 5},
            "tags": ["river", f"t{n % 7}"],
        }


def write(path: Path, count: int, **arguments: Any) -> list[dict[str, Any]]:
    """Writes them as JSONL, and gives them back."""
    made = list(records(count, **arguments))
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in made)
    return made
