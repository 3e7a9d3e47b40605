"""Substances by what people call them without their name: antonomasia, and names of other tongues.

Identity only: "the active principle of khat" is cathinone, as "the red planet" is Mars. Every
alias points to a name that a list holds; where no list holds it, the alias means nothing.
"""

# ruff: noqa: E501 - a pattern broken into many lines is harder to check than a long one

from __future__ import annotations

import re
from typing import NamedTuple

_ACTIVE = (
    r"(?:active|psychoactive|main|principal|principle|key|intoxicating|narcotic|hallucinogenic"
    r"|psychedelic|stimulant|mind-altering|visionary|chief|primary|euphoric|drug|stimulating"
    r"|alkaloid|opioid|compound|molecule|chemical|substance|ingredient|constituent|component"
    r"|principle|tryptamine|cannabinoid|phenethylamine|agent|stuff|thing)s?\s+"
    r"(?:\S+\s+){0,4}?(?:of|in|from|inside|behind|contained in|responsible for|that makes|by)\s+"
    r"(?:\S+\s+){0,4}?"
)


_SOURCE = "<source>"
"""In front of what a substance is found in."""


class Description(NamedTuple):
    """A way of speaking of a substance without its name."""

    pattern: re.Pattern[str] | None
    name: str
    """A listed name of what is meant."""
    source: re.Pattern[str] | None = None
    """What it is found in; quick to look for."""
    active: re.Pattern[str] | None = None
    """What speaks of the active part of the source."""

    def find(self, text: str) -> re.Match[str] | None:
        """Where a text speaks of it."""
        if self.pattern is not None and (match := self.pattern.search(text)):
            return match
        if self.source is None or self.active is None or not self.source.search(text):
            return None
        return self.active.search(text)


def _described(name: str, *patterns: str) -> Description:
    def compiled(pattern: str) -> re.Pattern[str] | None:
        return re.compile(pattern, re.IGNORECASE | re.DOTALL) if pattern else None

    source = "|".join(p.removeprefix(_SOURCE) for p in patterns if p.startswith(_SOURCE))
    others = "|".join(p for p in patterns if not p.startswith(_SOURCE))
    active = f"{_ACTIVE}(?:{source})" if source else ""
    return Description(compiled(others), name, compiled(source), compiled(active))


DESCRIPTIONS: tuple[Description, ...] = (
    _described(
        "psilocybin",
        _SOURCE + r"(?:magic mushrooms?|psilocybe|shrooms|teonan[aá]catl|zauberpilz\w*"
        r"|champignons? hallucinog\w+|hongos? (?:m[aá]gicos?|alucin\w+)|галлюциногенн\w+ гриб\w*)",
        r"phosphorylated\b.{0,40}tryptamine|tryptamine\b.{0,60}(?:magic )?mushroom|"
        r"mushroom\b.{0,40}tryptamine|迷幻蘑菇|魔法蘑菇|галлюциногенных гриб|волшебных гриб",
    ),
    _described(
        "mescaline",
        _SOURCE + r"(?:peyote|san pedro|peruvian torch|lophophora|hallucinogenic cact\w+|peyotl)",
        r"\b(?:peyote|cactus)(?:'s)? (?:alkaloid|phenethylamine|hallucinogen)|(?:drug|substance|compound|psychedelic)\b.{0,40}(?:huxley|doors of perception)"
        r"|huxley\b.{0,40}(?:drug|substance|took|psychedelic)",
    ),
    _described(
        "cathinone",
        _SOURCE + r"(?:khat|qat|catha edulis|miraa)",
        r"\bkhat(?:'s)? (?:alkaloid|stimulant|amphetamine)|(?:beta|β)-?keto-? ?(?:analogu?e? of )?amphetamine",
    ),
    _described(
        "tetrahydrocannabinol",
        _SOURCE + r"(?:cannabis|marijuana|marihuana|weed|hashish|hash|hemp|pot\b|ganja)",
        r"(?:gets?|makes?) (?:you|people|smokers) high in (?:cannabis|marijuana|weed)",
        r"активн\w+ (?:веществ|компонент)\w* (?:марихуан|каннабис|конопл|гашиш)\w*"
        r"|大麻(?:的|中).{0,6}(?:活性|有效)成分|principe actif du cannabis|wirkstoff (?:von|aus) cannabis"
        r"|principio activo (?:del cannabis|de la marihuana)",
    ),
    _described(
        "cocaine",
        _SOURCE + r"(?:coca(?: leaves| leaf| plant| bush)?\b|erythroxylum)",
        r"\b(?:coca|erythroxylum)(?: leaf)? (?:alkaloid|stimulant)|tropane (?:alkaloid|ester).{0,40}coca"
        r"|листьев коки|古柯(?:叶|碱)",
    ),
    _described(
        "morphine",
        _SOURCE + r"(?:opium|poppy|papaver|poppies)",
        r"\bopium'?s? (?:alkaloid|main|principal)|алкалоид\w* опия|principal alcaloide del opio",
    ),
    _described(
        "heroin",
        r"di-?acetyl\w*\s+(?:ester|derivative|form)\s+of\s+morph|di-?acetyl(?:ated)?[- ]?morph\w+|morphine,? (?:twice|doubly|di)[ -]?acetylated"
        r"|\b(?:bayer|1898).{0,50}(?:cough|opioid|hero)",
    ),
    _described(
        "dimethyltryptamine",
        _SOURCE + r"(?:ayahuasca|yag[eé]|chacruna|mimosa|changa|yopo)",
        r"\bspirit molecule\b|аяуаск\w*|死藤水|business ?man'?s trip|(?:simplest|parent) psychedelic tryptamine|N,N-dimethylated tryptamine",
    ),
    _described(
        "5-methoxy-N,N-dimethyltryptamine",
        _SOURCE + r"(?:(?:colorado river|sonoran desert|bufo)\s*toad\w*|toad venom|bufo alvarius)",
        r"\btoads?\b.{0,30}(?:secretion|venom|hallucinogen|psychedelic)|(?:hallucinogen\w*|psychedelic)\b.{0,20}\btoads?\b",
    ),
    _described("ibogaine", _SOURCE + r"(?:iboga|tabernanthe)"),
    _described(
        "MDMA",
        _SOURCE + r"(?:ecstasy|molly|xtc)",
        r"methylenedioxy\w* (?:analog\w*|derivative|version|relative) of meth\w+"
        r"|empathogen\b.{0,60}(?:rave|club|party|serotonin)|(?:rave|club|party|dance) drug\b.{0,40}(?:empath|love|hug)|\blove drug\b|\bhug drug\b"
        r"|shulgin\b.{0,40}(?:window|empath|therap|penicillin)|n-methyl\w* (?:derivative|analogu?e?|version|relative) of MDA\b"
        r"|(?:ptsd|therapy)\b.{0,30}\bempathogen",
    ),
    _described(
        "methamphetamine",
        _SOURCE + r"(?:crystal meth|ice\b|pervitin|yaba)",
        r"\bbreaking bad\b|\bheisenberg'?s? (?:product|blue)|\bwalter white\b|\bblue (?:sky|meth|crystal)"
        r"|panzerschokolade|(?:wehrmacht|luftwaffe|blitzkrieg|german (?:soldiers|army|pilots)).{0,40}(?:stimulant|drug|pills?|tablets?)"
        r"|(?:stimulant|drug|pills?|tablets?)\b.{0,40}(?:wehrmacht|luftwaffe|blitzkrieg|german (?:soldiers|army|pilots))|tank chocolate"
        r"|n-methyl(?:ated)? (?:derivative|analogu?e?|version|relative|cousin) of amphet\w+|\b(?:blue|crystal) stuff (?:in|from) breaking bad",
    ),
    _described(
        "LSD",
        r"albert hofmann|hofmann'?s (?:problem child|molecule|discovery)|problem child\b.{0,30}(?:acid|chem)"
        r"|bicycle day|diethylamide of (?:d-)?lyserg|lysergic\w* (?:acid )?diethyl"
        r"|ergot\w*.{0,40}(?:hallucinogen|psychedelic)|blotter (?:acid|paper|hallucinogen)"
        r"|\bhofmann\b.{0,60}(?:cycl|bicycl|bike|rode)|(?:cycl|bicycl|bike|rode)\w*.{0,60}\bhofmann\b|timothy leary.{0,40}(?:drug|acid|hallucin|substance|took)"
        r"|(?:drug|acid|hallucin\w+|psychedelic|substance)\b.{0,40}(?:timothy leary|mk-?ultra|woodstock|merry pranksters)|lucy in the sky"
        r"|ergot[- ]derived (?:hallucin|psychedel)\w+",
    ),
    _described(
        "4-hydroxybutanoic acid",
        r"date[- ]?rape (?:drug|acid)|(?:four|4)[- ]carbon\b.{0,40}hydroxy.{0,20}acid"
        r"|hydroxy\w*\b.{0,30}(?:butyr|butan)\w*.{0,40}(?:sedative|depressant|drug|narcolep|party)"
        r"|(?:\bC4\b|butyric|butanoic)\b.{0,30}(?:omega|gamma|terminal)[- ]hydroxy"
        r"|(?:omega|gamma|terminal)[- ]hydroxy\w*\b.{0,40}(?:four|4)[- ]carbon|liquid ecstasy"
        r"|k\.?-?o\.?-?tropfen|drogue du viol(?:eur)?"
        r"|ring[- ]opened (?:gamma-?)?butyrolactone|xyrem",
    ),
    _described(
        "fentanyl",
        r"(?:opioid|painkiller|analgesic|narcotic)\b.{0,60}\b(?:50|80|100|fifty|eighty|hundred)\b.{0,20}times"
        r"|(?:50|80|100|fifty|hundred)(?:-fold| times)\b.{0,50}(?:potent|strong)\w*.{0,20}morphine"
        r"|anilido-?piperidine|paul janssen'?s opioid|\bprince\b.{0,20}(?:killed|overdos|died)"
        r"|china white|n-phenyl\w*.{0,20}piperid\w*.{0,30}opioid|(?:opioid|drug|painkiller)\b.{0,30}\bkilled prince\b"
        r"|(?:opioid|drug|active \w+|substance|painkiller)\b.{0,30}(?:in|of|from) (?:duragesic|(?:the )?(?:pain )?patches)",
    ),
    _described(
        "carfentanil",
        r"elephant (?:tranquili[sz]er|sedative|tranq)|(?:10,?000|ten thousand)\b.{0,20}times.{0,40}morphine"
        r"|moscow (?:theat\w+|hostage|siege).{0,60}(?:agent|gas|aerosol|opioid|knock-?out)|(?:agent|gas|aerosol|opioid|knock-?out)\b.{0,60}(?:moscow|dubrovka|nord-?ost)"
        r"|(?:opioid|tranquil\w+|sedative)\b.{0,40}\b(?:elephants?|rhino\w*|large animals?)\b",
    ),
    _described(
        "ketamine",
        r"horse tranquili[sz]er|\bspecial k\b|dissociative an(?:a)?esthetic\b.{0,60}(?:veterin|horse|club"
        r"|arylcyclohexyl)|arylcyclohexylamine an(?:a)?esthetic|dissociative\b.{0,60}\b(?:vets?|veterinar\w+|horses?|clubb\w+)\b"
        r"|\b(?:vets?|veterinar\w+)\b.{0,40}\bdissociative|\bk-?hole\b",
    ),
    _described("phencyclidine", r"\bangel dust\b"),
    _described("flunitrazepam", r"\brohypnol|\broofies\b"),
    _described(
        "sarin",
        r"(?:tokyo|matsumoto|aum|subway)\b.{0,60}(?:agent|gas|molecule|chemical|toxin|substance|poison|compound)"
        r"|(?:agent|gas|chemical|nerve agent|poison|compound|substance|molecule)\b.{0,60}(?:tokyo (?:subway|metro|underground)"
        r"|aum\b|matsumoto|ghouta|khan sh[ae]ykhun)"
        r"|isopropyl (?:ester|methyl ?phosphono)\w*.{0,30}(?:fluor|methylphosphon)"
        r"|G-?series (?:nerve )?agent|\bagent GB\b|(?:nerve|warfare|NATO|code[ds]?)\b.{0,30}\b(?-i:GB)\b|\b(?-i:GB)\b.{0,25}(?:nerve|agent)"
        r"|two-?(?:part|component) nerve|binary nerve",
    ),
    _described(
        "VX",
        r"(?:kim jong[- ]?nam).{0,80}(?:agent|killed|poison|substance|chemical|assassinat)"
        r"|(?:agent|poison|substance|chemical)\b.{0,60}kim jong[- ]?nam|\bV[- ]?(?:series )?(?:nerve )?agent",
    ),
    _described(
        "A-234",
        r"(?:skripal|salisbury|navalny).{0,60}(?:agent|poison|substance|chemical|nerve)"
        r"|(?:agent|poison|substance|chemical)\b.{0,60}(?:skripal|salisbury|navalny)|\bnovichoks?\b|новичок|\bA-?(?:series|23\d|24\d) (?:nerve )?agents?\b"
        r"|\b(?:fourth|4th)[- ]generation (?:nerve )?agents?\b|\bfoliant\b.{0,30}(?:agent|program)"
        r"|诺维乔克",
    ),
    _described(
        "tabun",
        r"first G[- ]agent|\bagent GA\b|schrader'?s (?:first )?(?:nerve )?agent|(?:nerve|warfare|NATO|code[ds]?)\b"
        r".{0,30}\b(?-i:GA)\b|\b(?-i:GA)\b.{0,15}nerve|first (?:of the )?(?:german )?nerve (?:agent|gas)",
    ),
    _described(
        "soman",
        r"\bagent GD\b|pinacolyl (?:ester|methyl ?phosphono)\w*.{0,30}(?:fluor|agent|nerve|phosphon)"
        r"|(?:nerve|warfare|NATO|code[ds]?|agent)\b.{0,30}\b(?-i:GD)\b|\b(?-i:GD)\b.{0,15}nerve",
    ),
    _described(
        "cyclosarin",
        r"\bagent GF\b|(?:nerve|warfare|NATO|code[ds]?)\b.{0,30}\b(?-i:GF)\b|cyclohexyl (?:ester|methyl ?phosphono)\w*.{0,20}fluor"
        r"|cyclohexyl (?:analog\w*|version|cousin|relative) of sarin",
    ),
    _described(
        "mustard gas",
        r"\b(?:191[4-9]|ww ?1|war(?:time)?|trench\w*)\b.{0,60}\bthe mustard\b(?! seed)"
        r"|\bypres\b.{0,60}(?:agent|gas|vesicant|blister)|(?:agent|gas|vesicant)\b.{0,60}\bypres\b"
        r"|\byellow cross\b|\bgelbkreuz\b|\bLost\b.{0,15}kampfstoff|king of (?:the )?battle ?gas\w*"
        r"|sulfur(?: analog\w*)?\b.{0,30}(?:blister|vesicant)|vesicant\b.{0,40}(?:sulfide|thioether|sulfur)"
        r"|(?:bis|di)\W{0,3}(?:2-)?chloroethyl\W{0,3}\s?(?:thioether|sulphide|sulfide)|\bagent HD?\b|\bhun stuff\b"
        r"|(?:blister|vesicant)\w*\b.{0,50}(?:iran|iraq|halabja|first world war|ww ?1\b|1917|trenches)|garlic[- ]smelling (?:gas|agent|vesicant)",
    ),
    _described(
        "lewisite", r"dew of death|arsenic(?:al)? (?:blister agent|vesicant)|вес[иь]?кант.{0,20}мышьяк"
    ),
    _described(
        "ricin",
        r"castor (?:bean|oil plant|seed)s?\b.{0,30}(?:toxin|protein|poison|lectin)"
        r"|(?:toxin|protein|poison|lectin)\b.{0,40}castor|ricinus\b.{0,30}(?:toxin|protein)"
        r"|georgi markov|umbrella (?:murder|assassinat|pellet|poison)|(?:poison|toxin)\b.{0,40}\bumbrella\b|(?:toxin|poison|protein|powder)\b.{0,30}\bcastor (?:oil )?(?:bean|plant|seed)"
        r"|castor (?:oil )?(?:bean|seed)s?\b.{0,40}(?:lethal|deadly)",
    ),
    _described(
        "saxitoxin", r"(?:red[- ]tide|paralytic shellfish|shellfish)\b.{0,30}(?:toxin|poison)"
    ),
    _described(
        "nitroglycerin",
        r"tri-?nitr(?:ate|ated|o)\b.{0,25}glycer(?:ol|ine?)|glycer(?:ol|ine?)\b.{0,25}tri-?nitr"
        r"|\bnobel'?s (?:oil|blasting|explosive)|oily liquid in dynamite"
        r"|explosive (?:in|of) dynamite",
    ),
    _described(
        "PETN",
        r"pentaerythritol\b.{0,25}(?:tetra-?)?nitr|(?:shoe|underwear|underpants)[- ]bomb\w*|explosive\b.{0,30}det(?:onating)?[- ]?cord"
        r"|nitrate ester (?:in|of) semtex",
    ),
    _described(
        "TATP",
        r"(?:peroxide|explosive)\b.{0,40}(?:mother of satan|london bomb\w*|7/7|brussels|paris attack\w*|manchester)|cyclic (?:tri)?peroxide (?:of|from) (?:acetone|propanone)"
        r"|(?:cyclic |trimeric )?acetone (?:tri)?peroxide",
    ),
    _described("HMTD", r"(?:peroxide|explosive)\b.{0,30}hexamine|hexamine\b.{0,20}(?:tri-?)?peroxide"),
    _described("ANFO", r"oklahoma city\b.{0,40}(?:explosive|mixture|bomb)|fertili[sz]er (?:explosive|bomb)"),
    _described(
        "TNT",
        r"tri-?nitr(?:ated|o)\b.{0,10}toluene|toluene\b.{0,20}(?:nitrated (?:three|thrice)|tri-?nitrat)",
    ),
    _described(
        "RDX",
        r"cyclic (?:tri)?nitramine\b.{0,40}explos"
        r"|(?:main|active|explosive|stuff|filling|ingredient)\b.{0,20}(?:of|in|inside) (?:C-?4|semtex)\b|\bC-?4 (?:plastic )?(?:explosive|charge|brick|block)|plastic explosive"
        r"|nitramine (?:in|of) (?:C-?4|semtex)|\bresearch department (?:explosive|formula)|\broyal demolition explosive"
        r"|(?:filler|nitramine|crystals?|explosive)\b.{0,20}(?:of|in|inside|from) (?:C-?4|semtex|composition B)\b",
    ),
    _described("picric acid", r"tri-?nitr(?:ated|o)\b.{0,6}phenol|\blyddite\b|\bshimose\b"),
    _described(
        "testosterone",
        r"(?:main|principal|primary) male (?:sex )?hormone|male sex hormone",
    ),
    _described(
        "codeine",
        r"\blean\b.{0,30}(?:cough|opioid|syrup)|purple drank|(?:3-?O-?)?methyl ether of morphine|methyl-?morphine"
        r"|(?:opioid|opiate) in cough (?:syrup|medicine)",
    ),
    _described("oxycodone", r"opioid (?:in|of) (?:oxycontin|percocet)|hillbilly heroin"),
    _described(
        "amphetamine",
        r"(?:stimulant|active \w+|amine|drug) (?:in|of|behind) (?:adderall|dexedrine|benzedrine|evekeo)",
    ),
    _described("methcathinone", r"\bjeff\b.{0,20}(?:cathinone|drug)"),
    _described("gamma-hydroxybutyric acid", r"(?:sodium )?oxybate\b|(?:depressant|drug) (?:in|of) xyrem"),
    _described("mephedrone", r"\bmeow meow\b|\bmiaow miaow\b|plant food drug"),
    _described("fenethylline", r"\bcaptagon\b|jihad (?:drug|pill)|drug of jihad"),
    _described("desomorphine", r"\bkrokodil\b|крокодил\w*.{0,20}(?:наркот|дезоморф)|zombie drug"),
    _described(
        "methaqualone",
        r"\bquaaludes?\b|\bmandrax\b|(?:sedative|hypnotic)\b.{0,20}quinazolin\w+|quinazolin\w+\b.{0,20}(?:sedative|hypnotic)",
    ),
    _described(
        "3-quinuclidinyl benzilate",
        r"\bagent BZ\b|\bbuzz\b.{0,20}incapacita|incapacita\w+\b.{0,80}(?:edgewood|volunteers)|(?:edgewood|volunteers)\b.{0,80}incapacita"
        r"|(?:glycolate|benzil(?:ic|ate))\b.{0,30}incapacita|quinuclidin\w* (?:ester of benzilic|benzilate)",
    ),
    _described(
        "bufotenine", r"5-hydroxy\b.{0,20}dimethyltryptamine|(?:yopo|cohoba|toad)\b.{0,20}\balkaloid"
    ),
    _described(
        "pentobarbital",
        r"barbiturate\b.{0,60}(?:assisted dying|euthanasia|put(?:ting)? (?:pets|dogs|animals) (?:down|to sleep))"
        r"|(?:euthanasia|assisted dying)\b.{0,30}barbiturate|\byellow jackets\b.{0,20}barbitur|\bnembutal\b",
    ),
    _described("ibogaine", r"\beboga\b|iboga\w*\b.{0,20}\balkaloid"),
    _described("tetryl", r"trinitrophenylmethylnitramine|methyl ?nitramine\b.{0,30}(?:detonator|booster)"),
    _described(
        "HMX", r"\bhigh[- ]melting explosive|her majesty'?s explosive|high[- ]velocity military explosive|eight-?membered\b.{0,30}nitramine"
    ),
)  # fmt: skip


class HarmfulClass(NamedTuple):
    """A whole class that a law covers, spoken of as such ("a nerve agent")."""

    pattern: re.Pattern[str]
    name: str
    list: str
    citation: str


def _class(name: str, list_id: str, citation: str, *patterns: str) -> HarmfulClass:
    return HarmfulClass(re.compile("|".join(patterns), re.IGNORECASE), name, list_id, citation)


HARMFUL_CLASSES: tuple[HarmfulClass, ...] = (
    _class(
        "chemical weapons",
        "cwc",
        "Chemical Weapons Convention, Annex on Chemicals",
        r"\b(?:nerve|blister|vesicant|choking|chemical (?:warfare|weapons?))\s*(?:agents?|gas(?:es)?|weapons?)\b"
        r"(?! (?:simulant|antidote|detect|sens|mimic|hydrolase))",
        r"\bchemical weapons?\b|\bpoison(?:ous)? gas\b|\bvesicants?\b|\bnervengas\w*|\bnervenkampfstoff\w*"
        r"|\bkampfstoff\w*|gaz (?:de combat|innervant|neurotoxique)|agents? (?:innervants?|neurotoxiques?)"
        r"|gas nervioso|agentes? nervios\w+|arma qu[ií]mica|нервно-паралитическ\w+|боев\w+ отравляющ\w+"
        r"|отравляющ\w+ (?:газ|веществ)\w*|神经毒剂|神經毒劑|化学武器|化學武器|毒气|神経ガス|신경가스|화학무기",
    ),
    _class(
        "explosives",
        "atf",
        "18 U.S.C. 841(d)",
        r"\b(?:home-?made|primary|secondary|high|plastic|improvised|peroxide)[- ]explosives?\b"
        r"|\bmolotovs?\b|\bnapalm\b|\bincendiary (?:bomb|device|grenade|mixture)s?\b|\b(?:hand )?grenades?\b"
        r"|\bland-?mines?\b|\bsuicide vests?\b|\bblasting caps?\b"
        r"|\bexplosives\b(?! (?:detect|sens|trace|safety|residue|regulat|precursors? regul))"
        r"|\b(?:pipe|nail|dirty|car|fertili[sz]er|petrol|home-?made) ?bombs?\b|\bIEDs?\b|\b(?:a|time|letter|nail|real|small|big|working) bomb\b(?! calorim| shelter| disposal| squad| threat| vessel| reactor)"
        r"|\bexplosive (?:device|charge|belt|vest|mixture|compound)s?\b|\bsprengstoff\w*|\bsprengsatz\w*"
        r"|\b(?:rohr|brief|auto|nagel|zeit)?bombe\b|\bbombes?\b|\brohrbombe\w*|\bexplosifs?\b|\bexplosivos?\b|\bbomba\b|взрывчат\w+|бомб[уы]\b|炸药|炸藥|炸弹|炸彈|爆薬|爆弾|폭탄|폭약",
    ),
    _class(
        "controlled drugs",
        "us-csa",
        "21 U.S.C. 812; 21 CFR 1308",
        r"\b(?:illegal|illicit|street|hard|designer|recreational|club|party|controlled|scheduled)\s+"
        r"(?:drugs?|substances?|narcotics?)\b",
        r"\blegal highs?\b|\b2C(?:-?[x*]|[- ](?:family|series|class))\b|\bresearch chemicals?\b|\blysergamides?\b|\barylcyclohexylamines?\b|\bfentanyl analogu?es?\b"
        r"|\bdissociative (?:an(?:a)?esthetics?|drugs?|hallucinogens?)\b|\b(?:new|novel|legal) dissociatives?\b|\b(?:empatho|entacto)gens?\b|\banabolic steroids?\b|\b(?:synthetic )?cathinones\b|\bbath salts drug"
        r"|\bstreet (?:opioid|stimulant)s?\b|\bdate[- ]rape drugs?\b|\bcrack cocaine\b|\bnarcotics\b|\bsynthetic (?:cannabinoid|cathinone|opioid)s?\b"
        r"(?! (?:antagon|recept|detect|toxic))|\bnitazenes?\b|\bfentalogs?\b|\bfentanyls\b|\bmeth lab\b"
        r"|\b(?:psychedelic|psychoactive|hallucinogenic|narcotic|dissociative|empathogenic) (?:drugs?|compounds?|substances?|tryptamines?"
        r"|phenethylamines?|cathinones?)\b|\bsuper-?potent opioids?\b|\bopioids? (?:stronger|more potent)\b"
        r"|\bbetäubungsmittel\b|\bdrogen\b|\bstupéfiants?\b|\bdrogues?\b|\bestupefacientes?\b|\bdrogas\b"
        r"|наркотик\w*|毒品|覚醒剤|麻薬|마약",
    ),
)

FOREIGN: dict[str, str] = {
    "marihuana": "марихуана марихуану marihuany 대마초 대마 大麻草 マリファナ ganja",
    "hashish": "гашиш hachís haschich haschisch 하시시 大麻脂",
    "cathinone": "катинон 卡西酮 カチノン catinona",
    "methcathinone": "эфедрон меткатинон efedron metkatinon metcatinona metkatinoni μεθκαθινόνη",
    "alpha-PVP": "альфа-пвп альфапвп α-пвп а-пвп alfa-pvp alfapvp alfa-pirrolidinovalerofenon alfa-pyrrolidinopentiofenon άλφα-pvp",
    "heroin": "هروئین เฮโรอีน হেরোইন героин 海洛因 ヘロイン 헤로인 هيروين הרואין eroin heroiini heroín हेरोइन ηρωίνη eroina ma-túy-heroin bạch-phiến heroína диацетилморфин διαμορφίνη diamorfin diamorfina diamorfiini heroină hérojín",
    "cocaine": "کوکائین โคเคน কোকেন кокаин 可卡因 古柯碱 コカイン 코카인 كوكايين קוקאין kokain cocaïne kokaina kokaïne cocaína cocaina कोकीन κοκαΐνη kokaiini cô-ca-in kokaín kokainas cocaină",
    "methamphetamine": "متامفتامین مت‌آمفتامین метамфетамін метамфетаміну metamfetamiini metamfetamiinia เมทแอมเฟตามีน ยาบ้า ยาไอซ์ मेथामफेटामाइन মেথামফেটামিন シャブ 覚せい剤 麻古 perník pervitinu shabu sabu yaba метамфетамин первитин 甲基苯丙胺 冰毒 甲基安非他明 メタンフェタミン 覚醒剤 메스암페타민 필로폰 ميثامفيتامين מתאמפטמין metamfetamin metanfetamina "
    "méthamphétamine metamfetamina metamfetamine pervitin meth",
    "amphetamine": "амфетамін amfetamiini amfetamiinia آمفتامین แอมเฟตามีน एम्फ़ैटेमिन 安非他命 амфетамин 苯丙胺 安非他明 アンフェタミン 암페타민 أمفيتامين אמפטמין amfetamin anfetamina amphétamine amfetamina amfetamine αμφεταμίνη amfetamină amfetaminas",
    "MDMA": "ยาอี 엠디엠에이 мдма экстази 摇头丸 エクスタシー 엑스터시 إكستاسي אקסטזי เอ็มดีเอ็มเอ एमडीएमए 亚甲二氧甲基苯丙胺 亚甲基二氧甲基苯丙胺 מדמא إم-دي-إم-إيه thuốc-lắc",
    "LSD": "лсд 麦角酸二乙酰胺 麦角二乙胺 エルエスディー แอลเอสดี אל-אס-די إل-إس-دي 엘에스디 एलएसडी ελ-ες-ντι lysergid lysergide lysergamid lsd-25",
    "fentanyl": "фентаніл เฟนทานิล فنتانیل fenty фентанил 芬太尼 フェンタニル 펜타닐 فنتانيل פנטניל fentanil fentanilo fentanila फेंटेनाइल φαιντανύλη fentanyyli φεντανύλη fentanyyliä fentanylis ফেন্টানিল फेंटानिल",
    "morphine": "морфін มอร์ฟีน مورفین морфин 吗啡 嗎啡 モルヒネ 모르핀 مورفين מורפיום morfin morfina morfiini morphin μορφίνη মরফিন मॉर्फीन morfină morfinas ",
    "ketamine": "кетамін คีตามีน کتامین K粉 k粉 кетамин 氯胺酮 ケタミン 케타민 كيتامين קטמין ketamin ketamina kétamine ketamiini κεταμίνη คีตามิน কেটামিন केटामाइन ketaminas ketamină cétamine",
    "mephedrone": "меф мефедрон 甲氧麻黄酮 メフェドロン mefedron mefedrona méphédrone μεφεδρόνη เมฟีโดรน مفدرون mefedroni 메페드론",
    "methadone": "метадон 美沙酮 メタドン 메타돈 ميثادون metadon metadona méthadone μεθαδόνη เมทาโดน متادون metadoni metadoon मेथाडोन",
    "psilocybin": "псилоцибин 裸盖菇素 赛洛西宾 サイロシビン シロシビン 실로시빈 psilocibina psilocybine psilosybiini ψιλοκυβίνη ไซโลไซบิน پسیلوسیبین سيلوسيبين psilocibină psylocybina פסילוציבין सिलोसाइबिन psilocybiini",
    "psilocin": "псилоцин 脱磷酸裸盖菇素 シロシン psilocina psilocine ψιλοκίνη ไซโลซิน psilosiini psylocyna",
    "mescaline": "мескалин 麦司卡林 三甲氧苯乙胺 メスカリン 메스칼린 meskalin mescalina μεσκαλίνη เมสคาลีน مسکالین ميسكالين meskaliini meskalina מסקלין मेस्कलाइन",
    "dimethyltryptamine": "диметилтриптамин 二甲基色胺 ジメチルトリプタミン dimetiltriptamina diméthyltryptamine διμεθυλτρυπταμίνη ไดเมทิลทริปตามีน دیمتیل‌تریپتامین dimetyylitryptamiini dimetylotryptamina dimetyltryptamin диметилтриптамін",
    "tetrahydrocannabinol": "тетрагидроканнабинол тгк 四氢大麻酚 テトラヒドロカンナビノール tetrahidrocannabinol tétrahydrocannabinol tetraidrocannabinolo τετραϋδροκανναβινόλη เตตระไฮโดรแคนนาบินอล تتراهیدروکانابینول tetrahydrokannabinoli tetrahydrokannabinol tetrahydrocannabinol тетрагідроканабінол",
    "phencyclidine": "фенциклидин 苯环利定 フェンサイクリジン fenciclidina phencyclidin φαινκυκλιδίνη เฟนไซคลิดีน فن‌سیکلیدین fensyklidiini fencyklidyna",
    "oxycodone": "оксикодон 羟考酮 オキシコドン oxicodona oxycodon οξυκωδόνη ออกซิโคโดน اکسیکدون oksikodoni oksykodon oxikodon ossicodone",
    "4-hydroxybutanoic acid": "гомк оксибутират γ-羟基丁酸 伽马羟基丁酸 gamma-hydroxybuttersäure 4-hydroxybuttersäure 4-hydroxybutansäure gamma-hydroksibutyraatti gamahydroksymaślan γ-υδροξυβουτυρικό gamma-hydroxybutyrat gammahydroxibutyrat",
    "sarin": "ซาริน سارین зарин 沙林 サリン 사린 سارين סרין sarín σαρίν saryna सारिन σαρίνη sarinu sariini khí-sarin সারিন sarino",
    "soman": "зоман 梭曼 ソマン somán σομάν โซมาน سومان סומאן somaani सोमन",
    "tabun": "табун 塔崩 タブン tabún tabun ταμπούν ทาบุน تابون טאבון tabuni तबुन",
    "VX": "ви-экс ви-газ vx-gas vi-iks вх-газ vx-aine vx-kaasu ви-икс",
    "mustard gas": "іприт иприт 芥子气 芥子氣 マスタードガス イペリット 겨자가스 iprit senfgas yperit ypérite iperita iprite mosterdgas αέριο-μουστάρδας υπερίτης sinappikaasu khí-mù-tạt แก๊สมัสตาร์ด มัสตาร์ดแก๊ส गंधक-मस्टर्ड मस्टर्ड-गैस غاز-الخردل خردل-کبریتی گاز-خردل גז-חרדל hardal-gazı gaz-musztardowy iperyt hořčičný-plyn mustárgáz senapsgas sennepsgass sennepsgas gaz-moutarde gas-mostaza gas-mostarda gaz-muștar гірчичний-газ горчичный-газ",
    "lewisite": "люизит 路易氏剂 路易斯毒气 ルイサイト lewisita lewisit λεβισίτης ลูอิไซต์ لویزیت لويزيت לואיזיט lewisiitti luizyt 루이사이트",
    "phosgene": "фосген 光气 光氣 ホスゲン 포스겐 phosgen fosgeno fosgene phosgène fosgeen",
    "ricin": "рицин 蓖麻毒素 リシン 리신 ricina ricine rizin ρικίνη ริซิน রাইসিন ریسین ريسين ריצין risiini rycyna ricín रिसिन",
    "TNT": "ทีเอ็นที тротил тнт тринитротолуол 三硝基甲苯 トリニトロトルエン trotyl tritol τροτύλη trotyyli tê-en-tê тротилу تي-إن-تي ",
    "RDX": "гексоген 黑索金 ヘキソーゲン hexogen hexogène hexógeno εξογόνο آردی‌ایکس heksogeeni heksogen ciclonita ヘキソゲン 헥소겐 旋风炸药 ciclotrimetilentrinitramina cyclonit",
    "PETN": "тэн пентаэритриттетранитрат 太安 ペンスリット nitropenta pentrit pentryt pentriitti πενθρίτης penthrite pentrita pentrite пентрит 펜트라이트 pentaerytritoltetranitrat",
    "nitroglycerin": "нитроглицерин 硝化甘油 ニトログリセリン 니트로글리세린 nitroglyzerin nitroglicerina nitroglycérine nitroglycerine νιτρογλυκερίνη ไนโตรกลีเซอรีน نیتروگلیسیرین نيتروجليسرين ניטרוגליצרין nitroglyseriini nitrogliceryna nitroglicerin nitroglycerín नाइट्रोग्लिसरीन нітрогліцерин",
    "acetone peroxide": "过氧化丙酮 перекись-ацетона пероксид-ацетона триперекись-ацетона peróxido-de-acetona péroxyde-d'acétone perossido-di-acetone acetonperoxid asetoniperoksidi nadtlenek-acetonu",
    "testosterone": "тестостерон 睾酮 テストステロン 테스토스테론 testosteron testostérone testosterona τεστοστερόνη เทสโทสเตอโรน تستوسترون testosteroni",
    "diazepam": "диазепам 地西泮 ジアゼパム 디아제팜 diazépam",
    "codeine": "кодеин 可待因 コデイン 코데인 kodein codeína codéine codeina kodeina κωδεΐνη โคเดอีน کدئین كودايين kodeiini कोडीन",
    "carfentanil": "карфентанил 卡芬太尼 カルフェンタニル",
    "ephedrine": "эфедрин 麻黄碱 麻黃鹼 エフェドリン 에페드린 efedrina efedrin éphédrine ephedrin",
    "pseudoephedrine": "псевдоэфедрин 伪麻黄碱 プソイドエフェドリン pseudoefedrina pseudoephedrin",
    "GBL": "гбл бутиролактон 丁内酯",
    "cyclosarin": "циклозарин 环沙林 シクロサリン 사이클로사린 cyklosarin syklosariini κυκλοσαρίνη ciclosarín ciclosarin سيكلوسارين",
    "saxitoxin": "сакситоксин 石房蛤毒素 サキシトキシン 삭시톡신 saksitoksiini saksytoksyna saxitoxina saxitossina",
    "HMX": "октоген 奥克托今 オクトーゲン 옥토겐 oktogen octogène octógeno oktogeeni oktogén",
    "opium": "опиум опий 鸦片 阿片 アヘン opio oppio",
}
"""Names in other languages that the lists may not hold, by a listed name. Several words are
several names; a name of two words is joined by its own hyphen or written in the lists."""

STREET: dict[str, str] = {
    "methamphetamine": "shard, shards, ma túy đá, sabu-sabu, винт, شیشه, cristal μεθαμφεταμίνη methamphetamin méthamphetamine metanfetaminę metamfetamină metamfetaminas मेथैम्फेटामीन মেথামফেটামিন ma-túy-đá pervitín",
    "amphetamine": "whizz",
    "cocaine": "nose candy, yayo, koks, farlopa, coca paste, pasta base, base de coca, coca base",
    "heroin": "black tar, brown sugar, skag, héro, герыч",
    "MDMA": "mandy, pingers, ecstasy pills",
    "LSD": "microdots, microdot, tabs of acid, blotter acid, window pane",
    "ketamine": "ket",
    "2C-B": "tusi, tucibi, pink cocaine",
    "fentanyl": "fent, fetty, M30 pills",
    "carfentanil": "carfent, elephant tranq",
    "phencyclidine": "sherm",
    "psilocybin": "mushies, zauberpilze, liberty caps",
    "mephedrone": "miaow, m-cat, мяу",
    "methcathinone": "мулька, марцефаль",
    "alpha-PVP": "monkey dust",
    "MDPV": "bath salts, monkey dust",
    "JWH-018": "спайс, spice",
    "4-hydroxybutanoic acid": "liquid X, бутират, буратино, K.o.-Tropfen",
    "alprazolam": "xannies, xans, xanax bars",
    "oxycodone": "percs, oxys",
    "codeine": "sizzurp, dirty sprite",
    "hashish": "BHO, butane hash oil, hash oil, cannabis wax, beuh, 大麻油, 大麻膏",
    "dimethyltryptamine": "changa, yage, spirit molecule",
    "fenethylline": "captagon",
    "methandienone": "dbol, d-bol, dianabol",
    "oxymetholone": "anadrol",
    "trenbolone": "tren",
}
"""Street names, split at commas: words of every day that mean the substance only in the company of
words about drugs, unless they are in `PLAIN`."""

PLAIN: frozenset[str] = frozenset(
    """shabu, sabu-sabu, ma túy đá, nose candy, yayo, coca paste, base de coca, pasta base, ecstasy pills, tabs of acid,
    blotter acid, tusi, tucibi, pink cocaine, fetty, M30 pills, carfent, elephant tranq, m-cat, мулька, марцефаль, xannies, xanax bars, percs, sizzurp,
    BHO, butane hash oil, hash oil, cannabis wax, beuh, 大麻油, 大麻膏, changa, spirit molecule, captagon, dbol, d-bol, dianabol, герыч, бутират, zauberpilze, K.o.-Tropfen, liquid X,
    monkey dust""".replace("\n    ", " ").split(", ")
)
"""Street names that mean nothing else."""
