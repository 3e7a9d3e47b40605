"""The words that tell what is asked for, in the languages that people ask in.

``S`` in a pattern is the place of a recognised substance (see `intent.masked`).
"""

# ruff: noqa: E501 - a pattern broken into many lines is harder to check than a long one

from __future__ import annotations

import re


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{a})" for a in alternatives), re.IGNORECASE)


S = "\u27e6S\u27e7"
"""Stands in a text where a substance was recognised."""

_MAKE = (
    r"(?:re)?(?:make|making|made|mak(?:es)|prepar(?:e|es|ed|ing)|(?<!bio)synthesi[sz](?:e|es|ed|ing)"
    r"|produc(?:e|es|ed|ing)|manufactur(?:e|es|ed|ing)|cook(?:s|ed|ing)?|brew(?:s|ed|ing)?"
    r"|extract(?:s|ed|ing)?|isolat(?:e|es|ed|ing)|purif(?:y|ies|ied|ying)|distil(?:l|ls|led|ling)?"
    r"|(?:re)?crystalli[sz](?:e|es|ed|ing)|generat(?:e|es|ed|ing) (?=\S*S)|creat(?:e|es|ed|ing)"
    r"|obtain(?:s|ed|ing)?|forming|formulat(?:e|es|ed|ing)|assembl(?:e|es|ed|ing)|build|construct"
    r"|whip(?:ping)? up|mix(?:ing)? up|knock(?:ing)? up|concoct\w*|acetylat\w+|methylat\w+"
    r"|nitrat(?:e|es|ed|ing)\b|scal(?:e|es|ed|ing)(?: up)?|upscal\w+|grow(?:s|n|ing)?|derive"
    r"|get|reproduc(?:e|es|ed|ing)|replicat(?:e|es|ed|ing)|weaponi[sz]\w+|dispers\w+|aerosoli[sz]\w+"
    r"|stabili[sz]e|press|access|turn(?:ing)?|convert(?:ing)?|transform(?:ing)?)"
)
_MAKING_NOUN = (
    r"(?:(?<!bio)(?<!photo)(?<!parameter )synthes[ie]s|syntheses|retro-?synthes[ie]s|preparations?"
    r"|production|manufactur(?:e|ing)|making|cook(?:ing)?|routes?|recipes?|procedures?|protocols?"
    r"|instructions?|directions|pathways?|methods?|process(?:es)?|steps?|isolation|extraction"
    r"|purification|(?:re)?crystalli[sz]ation|work-?up|reagents?|reactants?|precursors?"
    r"|starting materials?|building blocks?|intermediates?|ingredients?|yields?|scale-?up"
    r"|experimentals?|disconnections?|formulation|batch(?:es)?|synthon\w*|access|acquisition|conversion)"
)
_FILL = r"(?:[\w'%,.+-]+\s+){0,6}?"

HARD = _any(
    # -- English
    r"\bstep[- ]by[- ]step\b",
    r"\brecipes?\b",
    r"\bretro-?synth\w*",
    rf"\bhow\s+(?:exactly\s+|best\s+|precisely\s+)?(?:to|do|does|can|could|would|should|might|did)\s+"
    rf"(?:i|you|one|we|they|someone|somebody|people|he|she|chemists|a\s+\w+(?:\s+\w+)?)?\s*"
    rf"(?:\w+\s+){{0,2}}?(?:{_MAKE}|go about|improve|increase|boost|maximi[sz]e)\b",
    rf"\b(?:way|ways|method|path|instructions?|guide|tutorial|possible|trick|how|steps?|need|needed"
    rf"|required|used|want|try(?:ing)?|help(?: me)?|able|like|going|attempt\w*)\s+to\s+"
    rf"(?:\w+\s+)?{_MAKE}\b",
    r"\bhow\s+(?:\S+\s+){0,6}?(?:is|are|was|were|be|being|gets?)\s+(?:\S+\s+){0,4}?"
    r"(?:made|prepared|(?<!bio)synthesi[sz]ed|produced|manufactured|cooked|crystalli[sz]ed|purified)",
    r"\breagents?\b|\breactants?\b|\bstarting materials?\b|\bbuilding blocks?\b|\bsynthons?\b",
    r"\b(?:synthetic|synthesis|chemical|production|easiest|shortest|cheapest|simplest|full|complete"
    r"|missing|best|reaction)\s+(?:routes?|path(?:way)?s?|scheme|steps?|plan|access|sequence)\b",
    r"\b(?:easiest|quickest|best|simplest|cheapest|shortest|fastest) (?:way|route|path|method|access) to\b"
    r"(?! (?:\w+ly )?(?:store|handle|dispose|detect|destroy|measure|ship|transport|treat|keep|label|analy[sz]e|identify"
    r"|determine|monitor|prevent|avoid|remove|neutrali[sz]e|clean|report|test|quantify|study|understand|learn|teach)\b)",
    rf"\b(?:chemistry|reactions?|path(?:way)?|way|steps?|sequence)\s+from\b.{{1,60}}?\bto(?:wards?)?\s+{_FILL}{S}",
    r"\b(?:what|which|at what) (?:temperatures?|pressures?|ph|ratios?|concentrations?|reactions?)\b.{0,30}?\b(?:should|do|must|would|can)"
    r" (?:i|we|one|you|do|work|give|lead)\b(?! (?:store|keep|expect|avoid|see|find))",
    r"\breaction conditions?\b|\b(?:which|what) (?:base|acid|solvent|catalyst|reductant|oxidant|reducing agent)s?\b"
    r".{0,30}?\b(?:best|use|should|need|would|do i|can i|required)\b",
    rf"\b(?:alkyl|acyl|acetyl|(?:de)?methyl|nitr|bromin|chlorin|fluorin|iodin|hydrogen|amin|carboxyl|formyl)at(?:e|es|ed|ing)\b"
    rf".{{0,60}}?\b(?:to|into|giving|towards?)\s+{_FILL}{S}",
    rf"{S}(?:'s)?\s+(?:\w+\s+){{0,2}}(?:alkyl|acyl|acetyl|methyl|nitr|bromin|chlorin|fluorin|amin|cycli[sz])ation\b",
    r"\broutes?\s+(?:to|for|from|towards?)\b|\bthe route\b",
    r"\b(?:last|final|next|first|second|third|key|missing|remaining)\s+(?:synthetic\s+)?steps?\b",
    r"\bwork-?up\b|\bone-pot\b|\bbench[- ]scale\b|\bscale[- ]?up\b|\bkilo(?:gram)?[- ]?scale\b",
    r"\b(?:increase|improve|optimi[sz]e|raise|boost|maximi[sz]e|higher|better)\s+(?:\w+\s+){0,3}"
    r"(?:yields?|purity|batch\w*|charge|crystals?|potency|output|quality)\b",
    r"\bexperimental (?:section|details?|part|procedure)\b|\bsupporting information\b",
    r"\bso (?:that )?(?:i|we) can (?:repeat|reproduce|follow|redo|make|do)\b",
    r"\b(?:what|which|how)\b.{0,60}?\b(?:react|combine|mix|heat)(?:s|ed|ing)?\b.{0,60}?\b(?:to (?:get|give|form|yield"
    r"|make|afford|obtain|reach)|giv(?:e|es|ing)|yields?|afford|form|into|end(?:s|ing)? up (?:with|as))\b",
    rf"\bnitrations?\b.{{0,30}}{S}|{S}.{{0,30}}\bnitrations?\b",
    rf"\b(?:go|goes|going|get|gets|getting|proceed\w*)\s+from\b.{{0,60}}?\b(?:to|towards?)\s+{_FILL}{S}",
    r"\b(?:complete|finish|balance|fill in)\s+(?:this|the|my|a)\s+(?:\w+\s+)?(?:reaction|scheme|equation|sequence)\b",
    rf"(?:->|-->|=>|→|⟶|⇒)\s*{S}",
    r"\b(?:what|which) (?:chemicals?|ingredients?|materials?|substances?|household (?:products?|items?))\b.{0,40}?"
    r"\b(?:need(?:ed)?|required?|combine|react|make|go(?:es)? into|necessary)\b",
    r"\bhome-?made\b|\bhome lab\b|\bkitchen\b|\bgarage\b|\bbathtub\b|\bmy (?:own )?batch\b",
    r"\b(?:buy|purchase|order|acquire|procure|import|smuggle)\b|\bsuppliers?\b|\bvendors?\b|"
    r"\bdark ?(?:web|net)\b|\bwhere (?:can|do|could|would|to) (?:i |one |we |you )?(?:get|find|obtain|source|score)"
    r"|\bwho (?:sells?|ships?|delivers?|deals?)\b|\b(?:reliable|trusted|discreet|cheap|good) (?:\w+ )?(?:shops?|sellers?"
    r"|dealers?|suppliers?|sources?|websites?|stores?)\b",
    r"\bwithout (?:a )?(?:licen[cs]e|prescription|getting caught|being detected)\b",
    r"\bavoid(?:ing)? detection\b|\bundetect\w+\b",
    r"\bdetonators?\b|\bweaponi[sz]\w*|\bdispersal device\b|\baerosoli[sz]\w*",
    r"\b(?:grow(?:s|n|ing)?|cultivat\w*)\b",
    # -- German
    r"\bwie\s+(?:\S+\s+){0,3}?(?:mache|macht|mach|koche|kocht|stell\w*|gewinn\w*|synthetisier\w*"
    r"|extrahier\w*|reinig\w*|bau\w*|wird|werden|kann|könnte|lässt|bekomm\w*|erhält|erhalte)\b"
    r".{0,80}?(?:\bher\b|herstell|hergestellt|herzustellen|synthetisier|gemacht|gewonnen|gekocht"
    r"|darstellen|dargestellt|gereinigt|extrahier|\bmach|\bkoch|züchte|\bbau)",
    r"synthese(?:weg|route|vorschrift|plan|schritt)\w*|herstellungs\w+|\banleitung\w*|\bvorschrift\b|(?:versuchs|koch|labor)vorschrift\w*|\brezept\w*"
    r"|schritt für schritt|ausgangsstoffe?\w*|ausgangsmaterial\w*|\bedukte?\b|reagenzien|ausbeute"
    r"|\bkaufen\b|\bbestellen\b|\bbesorgen\b|\bbeschaffen\b|letzten? schritt|arbeitsvorschrift",
    r"\b(?:welche|was für)\s+(?:chemikalien|stoffe|zutaten|materialien|substanzen|grundstoffe|mittel)\b.{0,40}?"
    r"\b(?:brauch|benötig|nehm|muss|nötig|misch)\w*",
    r"\bwie\s+(?:reinig|synthetisier|extrahier|koch|gewinn|mach|bau|züchte)\w*\s+(?:man|ich|wir)\b",
    # -- French
    r"comment\s+(?:\S+\s+){0,4}?(?:fabri\w+|faire|fait|prépar\w+|prepar\w+|synth[ée]ti\w+|produi\w+"
    r"|obten\w+|obtien\w+|extrai\w+|purifi\w+|cuisin\w+|cristallis\w+)",
    r"\bquel(?:s|les)\s+(?:produits?|ingrédients|substances|composés|matériaux)\b.{0,40}?(?:faut|besoin|nécess|mélang|utilis)",
    r"voies? (?:de synthèse|d'accès|de synthese)|\brecette\b|mode opératoire|marche à suivre|étapes?\b"
    r"|\bétape par étape|\breactifs\b|\bréactifs?\b|matières premières|\brendements?\b|\bacheter\b"
    r"|\bme procurer\b|rétrosynth\w+|\bcommander\b|produits? de départ",
    # -- Spanish and Portuguese
    r"c[oó]mo\s+(?:\S+\s+){0,4}?(?:se hace|hacer|hago|fabric\w+|prepar\w+|sintetiz\w+|produc\w+"
    r"|obtener|obtengo|elabor\w+|cocin\w+|extra\w+|purific\w+|fazer|faço|se faz|produz\w*|obter"
    r"|cristaliz\w+)",
    r"\bqu[eé]\s+(?:qu[ií]micos|ingredientes|sustancias|productos|materiales|substâncias|produtos)\b.{0,40}?"
    r"(?:necesit|preciso|hacen falta|mezcl|uso\b|usar)",
    r"\bruta (?:de|para|sint)|\breceta\b|\breceita\b|paso a paso|passo a passo|\breactivos\b"
    r"|\breagentes\b|\brendimiento\b|\brendimento\b|materias primas|\bcomprar\b|\bconseguir\b"
    r"|retros[ií]nte\w+|\brota (?:de|para|sint)|\bpasos\b|\betapas\b",
    # -- Italian
    r"come\s+(?:\S+\s+){0,4}?(?:si fa|fare|faccio|prepar\w+|sintetizz\w+|produ\w+|fabbric\w+|otten\w+"
    r"|estra\w+|cucin\w+)",
    r"\bricetta\b|passo (?:dopo|per) passo|\breagenti\b|\bpassaggi\b|via sintetica|\bcomprare\b|\bresa\b"
    r"|percorso sintetico",
    # -- Dutch and Scandinavian
    r"\bhoe\s+(?:\S+\s+){0,4}?(?:maak|maken|maakt|gemaakt|bereid\w*|synthetiseer\w*|produceer\w*"
    r"|geproduceerd|vervaardig\w*|kook|kweek)",
    r"\brecept\w*\b|\bstappen\b|stap voor stap|syntheseroute|\bgrondstoffen\b|\bkopen\b|\bopbrengst\b",
    r"\bhur\s+(?:\S+\s+){0,4}?(?:gör|göra|tillverk\w+|framställ\w+|syntetiser\w+)|\bhvordan\s+"
    r"(?:\S+\s+){0,4}?(?:lag\w+|lav\w+|fremstil\w+|syntetiser\w+|produser\w+)",
    # -- Slavic
    r"как\s+(?:\S+\s+){0,4}?(?:\S*дела\w+|\S*синтез\w+|получ\w+|\S*готов\w+|\S*вар\w+|произв\w+"
    r"|очист\w+|выде\w+|экстраг\w+|выра\w+|кристалл\w+|достать|купить)",
    r"как(?:ие|их|ой)\s+(?:веществ\w*|химикат\w*|ингредиент\w*|компонент\w*)\b.{0,40}?(?:нужн|надо|необходим|смеш|взять)\w*",
    r"рецепт\w*(?!ор)|пошагов\w+|методик\w+ (?:синтез|получ)\w+|маршрут\w*|пут[ьи] (?:синтез|получ)\w+"
    r"|реагент\w*|реактив\w*|исходн\w+ (?:веществ|соедин|материал)\w+|\bвыход(?:ом|а|у)?\b|\bкупить\b"
    r"|\bзаказать\b|последн\w+ стади\w+|\bстадии\b|схем\w+ синтез\w+|спос\w+ (?:синтез|получ)\w+",
    r"як\s+(?:\S+\s+){0,4}?(?:\S*роби\w+|\S*синтез\w+|отрима\w+|\S*готов\w+|виготов\w+)",
    r"\bjak\s+(?:\S+\s+){0,4}?(?:zrobi\w+|\S*produk\w+|otrzyma\w+|\S*syntet\w+|przygotow\w+|vyrob\w*"
    r"|uvař\w*|připrav\w*|vyrábě\w*)|\bprzepis\b|krok po kroku|\bodczynnik\w*",
    # -- Turkish, Hungarian, Finnish, Romanian, Indonesian, Vietnamese
    r"nasıl\s+(?:\S+\s+){0,3}?(?:yap\w+|üret\w+|sentez\w+|hazırla\w+|elde)|\btarif\w*\b|adım adım",
    r"\bhogyan\s+(?:\S+\s+){0,4}?(?:készít\w+|\S*állít\w+|gyárt\w+|szintet\w+|főz\w+)",
    r"\bmiten\s+(?:\S+\s+){0,4}?(?:valmist\w+|tehdä\w*|syntet\w+|keit\w+)|\bvalmistusohje",
    r"\bcum\s+(?:\S+\s+){0,4}?(?:fac\w*|prepar\w+|sintetiz\w+|produc\w+)|\brețet\w+",
    r"\bcara\s+(?:\S+\s+){0,2}?(?:mem?buat\w*|buat|bikin|mensintesis)|\blangkah\b",
    r"(?:cách|làm thế nào|làm sao)\s.{0,30}?(?:làm|chế|điều chế|tổng hợp|sản xuất)|điều chế",
    # -- Chinese, Japanese, Korean
    r"需要(?:什么|哪些|什麼)(?:化学品|材料|原料|药品|物质)?|用什么(?:原料|材料|化学品)",
    r"(?:如何|怎么|怎样|怎麼|怎樣).{0,16}?(?:合成|制备|製備|制造|製造|生产|生產|制作|製作|做|提炼|提純|提纯|纯化|得到|获得"
    r"|结晶|買|买)",
    r"(?:合成|制备|製備|制造|製造|制作|生产|提纯|提取|纯化)(?:的)?(?:路线|路線|方法|步骤|步驟|方案|工艺|配方|流程|条件)"
    r"|配方|步骤|步驟|试剂|試劑|原料|前体|产率|產率|购买|購買|哪里.{0,4}买|逆合成",
    r"(?:作り方|作る方法|合成方法|合成法|合成経路|製造方法|製法|調製法|手順|レシピ|試薬|収率|購入|どうやって.{0,16}作)",
    r"합성\s*(?:방법|법|경로|하는)|제조\s*(?:방법|법|하는)|만드는\s*(?:방법|법)|어떻게.{0,20}(?:만들|합성|제조)|레시피|구매|시약",
    # -- Arabic, Hebrew, Hindi, Greek, Persian
    r"(?:كيف|طريقة|خطوات).{0,24}?(?:تصنيع|صنع|تحضير|تخليق|إنتاج|أصنع|احضر|أحضر|يصنع|نصنع)|وصفة",
    r"(?:איך|כיצד).{0,24}?(?:לייצר|מייצרים|להכין|מכינים|לסנתז|מסנתזים|עושים)|מתכון",
    r"(?:कैसे).{0,24}?(?:बना|संश्लेष|तैयार)|बनाने (?:का|की) (?:तरीका|विधि)|विधि",
    r"πώς\s.{0,24}?(?:φτιάχν|παρασκευ|συνθέ|παράγ)|συνταγή",
    r"(?:چگونه|چطور|روش).{0,24}?(?:بساز|ساخت|سنتز|تهیه|تولید)",
)

SOFT = _any(
    rf"\b{_MAKING_NOUN}\b",
    rf"\b{_MAKE}\b",
    r"\bsynth(?:esis|etic)\b",
    r"\bsynthes\w*|\bherstell\w*|\bhergestellt|\bherzustellen|\bdarstellung|\bgewinnung|\bzubereit\w*|\bproduzier\w*|\bfertigen\b|\bgewinnen\b|\bkochen\b|\bzüchten\b"
    r"|\bsynthetisier\w*|\bstell\w*\b.{0,60}\bher\b|\baufreinig\w*|\bumkristallis\w*|\bextraktion",
    r"synth[èe]se|synthétis\w*|fabri(?:quer|cation|que\b|qué)|prépar(?:er|ation|é)|\bproduire\b"
    r"|\bproduction\b|obtention|\bextraire\b|\bpurifi\w+|protocole",
    r"s[ií]ntes[ie]s?|sintetiz\w*|fabrica[rcn]\w*|\bprepara\w*|\belabora\w*|obtenci[oó]n|\bproducir\b"
    r"|producci[oó]n|procedimiento|síntese|\bproduzir\b|produção|obtenção|procedimento",
    r"\bsintesi\b|sintetizz\w*|\bprodurre\b|produzione|fabbrica\w*|preparazione|ottenere|procedura",
    r"\bmaken\b|\bmaak\b|bereid(?:en|ing)|vervaardig\w*|productie|synthetiseer\w*",
    r"синтез\w*|получен\w+|получить|изготов\w+|приготов\w+|производств\w*|произвести|\bсделать\b"
    r"|\bсварить\b|очистк\w+|методик\w+|выделен\w+ из|виготов\w+|отриман\w+",
    r"\bsynte(?:z|ty)\w*|\bwytw\w+|\bprodukcj\w+|otrzymywani\w+|\bvýrob\w+|\bsyntéz\w*|příprav\w+",
    r"sentez\w*|üretim\w*|\büret\w+|yapım\w*|hazırla\w+|szintéz\w*|előállít\w*|\bvalmista\w*|synteesi\w*"
    r"|\bframställ\w*|\btillverk\w*|\bfremstil\w*|\bsyntes\w*|\bsintez\w*|\bsintesis\b|\bmembuat\b",
    r"合成|制备|製備|制造|製造|制作|製作|提炼|提纯|纯化|生产|生產|調製|精製|作る|作って|つくる|제조|합성|정제",
    r"تصنيع|تحضير|تخليق|إنتاج|סינתז|ייצור|संश्लेषण|σύνθεση|παρασκευή|سنتز|تولید",
)

# A making word that governs the substance itself.
DIRECTED = _any(
    rf"\b{_MAKE}\s+{_FILL}(?:\w+-)?{S}",
    rf"\b(?:is|are|was|were|be|can|could|would|get|gets|how)\s+{_FILL}{S}(?:\s+\S+){{0,3}}?\s+"
    r"(?:be\s+|been\s+|being\s+)?(?:made|prepared|synthesi[sz]ed|produced|manufactured|cooked|obtained"
    r"|extracted|purified|crystalli[sz]ed|isolated|scaled|improved|grown|accessed|assembled)",
    rf"\b{_MAKING_NOUN}\s+(?:of|to|for|towards?|from|leading to|giving|on|that gives?|behind|yielding)"
    rf"\s+{_FILL}(?:\w+-)?{S}",
    rf"{S}(?:'s)?\s+(?:\w+\s+){{0,2}}?{_MAKING_NOUN}\b",
    rf"\b(?:target|product)\s*[:=]\s*\S*{S}",
    rf"\b(?:get|arrive|lead|leads|leading|convert\w*|turn\w*|transform\w*|way|easiest|path|access)\s+"
    rf"{_FILL}(?:to|at|into|for)\s+{_FILL}{S}",
    rf"\bbuilding blocks?\b.*{S}|{S}.*\bbuilding blocks?\b",
    rf"\bretro-?synthe\w+\b.{{0,80}}{S}",
    rf"\b(?:convert|turn|transform|free-?bas|crystalli[sz])\w*\s+{_FILL}{S}",
)

# Making words that make nothing: "what made it famous", "get off it", "a growing problem".
IDIOM = _any(
    rf"(?<=\bwhat)\s+(?:made|makes|is making)\b(?!\s+{S}\W*$)",
    r"\bget(?:s|ting)?\s+(?:into (?:danger|trouble|difficult\w+)|off|rid|over|better|clean|sober|addicted|hooked|poisoned|sick|ill|worse|banned|scheduled"
    r"|(?:some |any )?(?:help|treatment|therapy|counselling)|its name|their name|his name|absorbed|metaboli[sz]ed"
    r"|(?:through|into|across|on|onto) (?:the )?(?:skin|rivers?|water|soil|air|blood\w*|brain|body|cells?|food|sewage|eyes?|lungs?)"
    r"|(?:me )?(?:the )?(?:\w+ ){0,2}(?:SMILES|mass|formula|CAS|logP|InChI\w*|structure|papers?|page|references?|spectrum))\b",
    rf"\bget(?:ting)?\s+(?:\w+\s+){{1,3}}off\s+{S}",
    rf"\bget\s+{S}\s+(?:tested|checked|analy[sz]ed|prescribed|out of (?:my|his|her|the) (?:body|system|blood|skin|clothes|eyes?|soil|water))",
    r"\b(?:patients?|children|adults|women|people|who)\s+(?:should|must|may|can|did|do)\s+(?:not\s+)?get\b",
    r"\bgrow(?:ing|n|s|th)\b(?=\s+(?:use|problem|numbers?|concern|trade|market|interest|evidence|child|children|body of|plants?"
    r"|on\b|in\b|among\b|with\b|of\b|rates?|factors?))",
    r"\b(?:enzymes?|animals?|plants?|(?:the )?(?:human )?(?:body|brain|liver|toads?|poppy)|organisms?|genes?|bacteria|fungi|mushrooms?)"
    r"\s+(?:that\s+)?(?:\w+ly\s+)?(?:makes?|produces?|synthesi[sz]es?|forms?)\b",
    r"\b(?:verif\w+|ensure|make sure|prevent|stop)\s+(?:that\s+)?(?:nobody|no one|anyone|people)\s+(?:from\s+)?\w+",
    r"\bhappens? to (?:people|those|anyone|someone) who \w+",
    r"\b(?:reagent|spot|colou?r) (?:tests?|kits?|strips?)\b",
    r"\bextract(?:s|ed|ing)?\s+(?:\S+\s+){0,2}?(?:LD50|LC50|IC50|EC50|Ki|affinit\w+|values?|data|numbers|figures?|tables?|melting points?"
    r"|doses?|half-li\w+|quotes?|sentences?|authors?|abstracts?)\b",
    r"\b(?:make|prepare|create|write|produce|generate|draw up|draft|build|compile)\s+(?:me\s+)?(?:\S+\s+){0,3}?(?:summar(?:y|ies)|tables?|overviews?"
    r"|timelines?|quiz(?:zes)?|reports?|slides?|lectures?|presentations?|posters?|leaflets?|essays?|descriptors?|fingerprints?"
    r"|feature vectors?|embeddings?|plots?|graphs?|charts?|flashcards?|conformers?|bibliograph(?:y|ies)|dilution series|calibration\s?\w*|quality controls?"
    r"|lists? of (?:papers?|references|names|(?:side )?effects|metabolites|sensors|countries|sources in the library))\b",
    rf"\bmake\s+{S}\s+machine[- ]readable|\b(?:turn|convert|transform)\s+{S}\s+into\s+(?:an?\s+)?(?:\w+\s+)?(?:vectors?|graphs?|fingerprints?|descriptors?)",
    r"\bsteps\s+(?:should|can|must|do|does|did)\s+(?:\w+\s+){1,3}take\b|\bsteps were taken\b",
    r"\bby (?:which|what) route\b|\b(?:oral|nasal|intravenous|common|usual) routes?\b(?= (?:is|are|of (?:use|administration)))",
    r"\b(?:preparation|preparing) of (?:the )?(?:patients?|staff|guides?|children|participants?|nurses?)\b"
    r"|\bsynthesis of (?:the )?(?:evidence|findings|results|literature|studies|data|knowledge)\b",
    rf"\bconversion of {S} (?:to|into) (?:its|the|an) (?:\w+ )?metabolites?\b",
    rf"\b(?:show|draw|give|depict|display|sketch|describe|explain|look up|find)\s+(?:me\s+)?the\s+(?:\w+\s+)?structures?\s+of\s+{S}",
    r"\b(?:gas |face )?masks?\s+(?:protects?|resists?|filters?|holds?|helps?|works?|against|is|are|should|do|does|would)\b|\bgloves (?:and|or) masks?\b",
    r"\bmix(?:ed|es|ing)? (?:it |them )?up with\b",
    r"\border of (?:steps|events|magnitude)\b|\bin order to\b|\bpress (?:releases?|conferences?|coverage|reports?)\b",
    r"\bsteps\s+(?:when|after|follow\w*|in case|if)\b|\bstep[- ]by[- ]step(?=[:,]?\s*(?:how (?:does|is|do the)|what (?:to do|should|happens)))",
    r"\breagents?\s+(?:turns?|decontaminat\w*|destroy\w*|detect\w*|neutrali[sz]e\w*|identif\w*)\b",
    r"\bmade (?:safe|harmless|inactive|public|illegal|legal|available|known)\b|\bmak(?:e|ing) (?:it |them )?(?:safe|harmless|illegal|legal|public)\b(?! (?:for|to) (?:sell|smoke|inject))",
    rf"\b(?:buy|order|purchase)\s+(?:an?\s+|certified\s+)*{S}\s+(?:reference|analytical)\s+(?:standards?|materials?)",
)

# Questions about the past, the law and the reason: a making word in them asks for no recipe.
HISTORY = _any(
    r"^\W*(?:and |but |so )?(?:by |in |on |at |under |since |for |to |from )?(?:who|whom|whose|when|why"
    r"|where|in (?:which|what)|which (?:year|decade|countr|compan|firm|group|army|factor|chemist|scientist|law|article|treaty"
    r"|convention|schedule|list|state|court|paper|stud|enzym|gene|organism|plant|agenc|authorit"
    r"|regulat)|what (?:year|law|penalt|sentence|regulation|legislation|rules|schedule|treaty"
    r"|(?:is|was|were) the (?:role|part|purpose|aim|reason)s?"
    r"|punishment|fine|legal|is the (?:penalty|legal|history|punishment|sentence|law)|are the"
    r" (?:penalt|legal|rules|regulations|laws|controls|sentences)|does the law|do the laws"
    r"|happened|role|caused|led)|how (?:many|often|common|widespread|prevalent|did .{0,60}(?:become|spread"
    r"|chang|affect|influenc|respond|regulat)|has|have|is .{0,40}(?:regulated|controlled|scheduled"
    r"|policed|monitored|taxed|licensed|prosecuted|classified)|are .{0,40}(?:regulated|controlled"
    r"|scheduled|policed|monitored|licensed|prosecuted|classified)|much (?:did|was|were|of)))\b",
    r"^\W*(?:is|are|was|were|does|do|did|has|have|may|must)\s(?!there\s|it\s+possible|you\b)",
    r"\b(?:history|regulation|legal(?:ity| status)|criminali[sz]ation|legislation|epidemiology"
    r"|economics|geopolitics|policy|policing|prevalence|environmental (?:impact|fate))\s+(?:\w+\s+)?"
    r"(?:of|on|concerning|about|around)\b",
    r"^\W*which\b.{0,80}\b(?:controlled|scheduled|regulated|listed|banned|watched|prohibited)\b",
    r"\b(?:production|manufacture) (?:at|in|by|under|during) (?-i:[A-Z]\w+)|^\W*welche[rs]? (?:firma|land|jahr|person|chemiker\w*|unternehmen|gruppe)\b",
    r"\b(?:which|what) year\b|\b(?:max(?:imum)?|prison|jail|average) (?:sentence|term)|\bsentences? for\b|\bfelony\b",
    r"\b(?:il)?legal(?:ly)?\b|\bpenalt\w+|\bprosecut\w+|\bcriminal|\boffen[cs]e\b|\bbanned\b|\bprohibit"
    r"|\bunlawful|\bfirst (?:synthesi[sz]ed|made|prepared|isolated|produced|reported|described)",
    r"^\W*(?:wer|wann|warum|weshalb|wieso|wo\b|woher|in welchem|welches (?:gesetz|jahr|land)|welche"
    r" (?:strafe|gesetz|vorschrift)|ist|sind|war|wurde|qui\b|quand|pourquoi|où|en quelle|quelle (?:loi"
    r"|peine|année|est la peine)|est-(?:ce|il|elle)|qui[eé]n|cu[aá]ndo|por\s?qu[eé]|d[oó]nde|en qu[eé]"
    r"|qu[eé] (?:ley|pena|a[ñn]o)|es (?:legal|ilegal)|кто|когда|почему|зачем|где|в каком|каком году"
    r"|какой закон|какое наказание|законно|chi|quando|perch[eé]|quem|por que|onde|wie heeft|wanneer"
    r"|waarom|waar\b|kto|kiedy|dlaczego|kim|ne zaman|neden)\b",
    r"最早|首次|哪家公司|谁|誰|何时|什么时候|什麼時候|为什么|為什麼|哪一年|历史|歷史|法律|合法|违法|刑罚|管制|いつ|誰が|なぜ|歴史|法律|언제|누가|왜|역사",
    r"\bgesetz\w*|\bstrafbar|\bstrafen?\b|\bsanctions?\b|\bpeines? (?:pour|de prison)|\bsanciones\b|\bcondenas?\b|\bpenas? (?:por|per)\b|\blégal\w*|\billégal\w*|\bpénal\w*|\bilegal\w*|\bhistori[ae]\b"
    r"|\bgeschichte\b|\bhistoire\b|\bзакон\w*|\bнаказан\w*|\bистори\w*|\bnadzór|\bwet\b|\bstrafbaar",
)

# Questions that protect: finding, treating, destroying, ruling, understanding.
SAFE = _any(
    r"\bdetect\w*|\bsens(?:or|ors|ing)\b|\bassay\w*|\bquantif\w*|\bbreathaly\w*|\bcolou?rimetric"
    r"|\b(?:LC|GC|HPLC|UHPLC)(?:-?MS|\b)|\bmass spectr\w*|\bimmunoassay|\blimit of detection|\bscreening"
    r"|\bidentif(?:y|ied|ication|ying)\b|\bforensic\w*|\bwastewater|\burine|\bhair (?:sample|analy)"
    r"|\bsamples?\b|\banaly(?:sis|tical|se|sed|te|tes)\b|\bprofil(?:e|ing)\b|\bimpurit\w+",
    r"\bdegrad\w*|\bremediat\w*|\bdecontaminat\w*|\bneutrali[sz]\w*|\bdestr(?:oy|uction)\w*|\bdispos\w*"
    r"|\bhydroly[sz](?:is|e|es|ed|ing)\b|\bincinerat\w*|\bclean[- ]?up|\bfilter\w*|\bprotective\b|\badsor\w*",
    r"\bantidote\w*|\btreat(?:ment|ed|ing|s)?\b|\boverdos\w*|\bwithdrawal|\bsymptom\w*|\bfirst[- ]aid"
    r"|\btoxic\w*|\bpoison(?:ing|ed)\b|\bexposure|\badverse|\bside effects?|\bsafety\b|\bhazard\w*"
    r"|\bpharmaco\w*|\bmetabol\w*|\bexcret\w*|\bhalf-life|\breceptors?\b|\bbinding\b|\bmechanism of action"
    r"|\binhibit\w*|\bagonis\w*|\bclinical\w*|\btrials?\b|\bpatients?\b|\btherap\w*|\bdos(?:e|es|age|ing)\b"
    r"|\broutes? of (?:administration|exposure)|\babuse\b|\baddict\w*|\bprevention|\bvaccine|\brats?\b"
    r"|\bmice\b",
    r"\bregulat\w*|\blegislat\w*|\blaw\b|\bpenalt\w*|\bcontrolled\b|\bscheduled?\b|\bconvention\b"
    r"|\btreaty|\bconvict\w*|\bban\b|\bbanned|\bprohibit\w*|\blegal\w*|\billegal\w*|\bcourt\b|\bpolic(?:y|e)",
    r"\bhistor\w*|\bbiosynth\w*|\bendogenous\w*|\bnaturally\b|\bin the (?:body|brain|plant|poppy|liver)"
    r"|\benvironment\w*|\bsurvey|\bprevalence|\bseiz\w*|\bmarkets?\b|\bstatistic\w*",
    r"nachweis\w*|erkenn\w*|metabol\w*|pharmakolog\w*|toxiko?l\w*|giftig\w*|wirk(?:ung|t|mechanismus)\w*"
    r"|behandlung|symptom\w*|entsorg\w*|abbau\w*|rezeptor\w*|nebenwirkung\w*|geschichte|gesetz\w*"
    r"|rechtslage|strafe\w*|verboten|gegenmittel|entzug\w*|vergiftung\w*|gefährlich\w*|gefahr\w*",
    r"détect\w*|métabol\w*|pharmacolog\w*|toxi\w*|effets?\b|traitement|symptôme\w*|récepteur\w*|dégrad\w*"
    r"|histoire|loi\b|légal\w*|interdit\w*|peine\b|intoxication|sevrage|danger\w*|antidote|mécanisme",
    r"detec\w*|metabol\w*|farmacolog\w*|t[oó]xic\w*|efectos?\b|efeitos?\b|tratamiento|tratamento"
    r"|s[ií]ntomas|receptor\w*|degrada\w*|\bley\b|ilegal\w*|prohibid\w*|\bpena\b|intoxicaci[oó]n"
    r"|peligro\w*|ant[ií]doto|mecanismo|farmakolog\w*|effetti|legge|trattamento",
    r"обнаруж\w*|определен\w*|выявл\w*|метабол\w*|фармаколог\w*|токсич\w*|токсик\w*|действи\w*|эффект\w*"
    r"|лечени\w*|симптом\w*|рецептор\w*|разлож\w*|деград\w*|истори\w*|закон\w*|запрещ\w*|наказан\w*"
    r"|отравлен\w*|опасн\w*|антидот\w*|механизм\w*|уничтож\w*|утилиз\w*|дегазац\w*",
    r"检测|檢測|代谢|代謝|药理|藥理|毒性|毒理|作用|效应|治疗|治療|症状|症狀|受体|受體|降解|历史|歷史|法律|管制|中毒|解毒|危害|危险|副作用"
    r"|機序|代謝|検出|毒性|法律|規制|歴史|治療|검출|대사|독성|법률|규제|역사|치료|부작용",
)

# What is made is not the substance but a thing for finding, catching or treating it.
OTHER_TARGET = _any(
    # What is written, drawn or calibrated is about the substance.
    r"\b(?:summar(?:y|ies)|reports?|reviews?|overviews?|presentations?|lectures?|slides?|posters?|leaflets?|essays?|talks?"
    r"|bibliograph(?:y|ies)|timelines?|tables?|quiz(?:zes)?|plots?|graphs?|maps?|risk assessments?|calibration curves?|calibrants?"
    r"|calibration(?: standards?| solutions?)?|reference solutions?|spiked (?:samples?|blanks?)|quality controls?)\b"
    rf"\s+(?:of|on|about|for|with|containing)\s+(?:the\s+|its\s+)?(?:(?:pharmacology|toxicology|toxicity|history|regulation|law|metabolites?"
    rf"|side effects?|receptors?|properties|uses?|detection|effects?|trials?|literature|papers?)\s+(?:of|on|about)\s+)?{S}(?!\s+\w*\s*(?:synth|prep|route|recipe))",
    r"\b(?:sensors?|polymers?|films?|electrodes?|antibod\w+|aptamers?|probes?|assays?|MOFs?|catalysts?"
    r"|membranes?|filters?|adsorbents?|nanoparticles?|composites?|test strips?|kits?|haptens?|vaccines?"
    r"|simulants?|antagonists?|inhibitors?|scavengers?|standards?|samples?|libraries)\b"
    rf".{{0,60}}?\b(?:for|to (?:detect|capture|destroy|degrade|adsorb|bind|neutrali[sz]e)|against|that"
    rf" (?:detect|bind|degrade|capture)s?|detecting|sensing|degrading|of)\b.{{0,40}}?{S}",
    rf"{S}[\s-]+(?:\w+[\s-]+){{0,2}}?(?:sensors?|antibod\w+|aptamers?|assays?|antagonists?|inhibitors?"
    r"|simulants?|detectors?|biosensors?|imprinted|vaccines?|haptens?|receptors?|transporters?"
    r"|antidotes?|metabolism|degradation|destruction|detection|esterase|hydrolase|test strips?|withdrawal|overdoses?"
    r"|poisoning|addiction|dependence|intoxication|use disorder)\b",
)

DESIGN = _any(
    r"\b(?:design|generat\w*|propos\w*|suggest\w*|creat\w*|invent(?!or)\w*|modif\w*|optimi[sz]\w*|tweak\w*"
    r"|come up with|enumerat\w*|mutat\w*|evolv\w*|find|derive|draw|alter|change|replace|swap|search for"
    r"|build|sketch|give me|show me|list|need|want|brainstorm\w*|develop)\b.{0,90}?\b(?:analog\w*"
    r"|derivativ\w*|variants?|congeners?|homolog\w*|cousins?|relatives?|bioisoster\w*|scaffolds?|similar"
    r"|molecules?|structures?|compounds?|replacements?|alternatives?|substitutes?|agents?|ligands?"
    r"|prodrugs?|isomers?|agonists?|look-?alikes?|versions?)\b",
    r"\b(?:give|giv(?:es|ing))\b.{0,60}?\b(?:analog\w*|derivativ\w*|variants?|congeners?|homolog\w*)\s+(?:of|to)\b",
    rf"\b(?:changes?|modifications?|alterations?|substitutions?|tweaks?)\s+(?:to|of|in|on)\s+(?:\S+\s+){{0,4}}?{S}",
    rf"\b(?:design|invent(?!or))\w*\s+(?:\S+\s+){{0,4}}?{S}",
    rf"\b(?:modif|alter(?!nat)|tweak|redesign|disguis|mask|optimi[sz]|enhanc)\w*\s+(?:\S+\s+){{0,3}}?{S}",
    r"\bnot (?:yet |be |currently |explicitly )?(?:on any|listed|scheduled|controlled|covered|regulated"
    r"|banned|illegal)\b|\bunscheduled\b|\b(?:legal|unregulated|uncontrolled) (?:alternative|analog\w*"
    r"|version|high|substitute|replacement|derivative)\w*",
    r"\b(?:evad|circumvent|bypass|skirt|get(?:s|ting)? around|slip|escape)\w*\b.{0,40}\b(?:law|list|control"
    r"|schedul|regulat|ban|filter|detect|act|test|screen)\w*",
    r"\b(?:entwirf|entwerfe|entwickle|schlage?|modifizier\w*|verändere?)\b.{0,60}(?:analog\w*|derivat\w*"
    r"|molekül\w*|struktur\w*|variante\w*)",
    r"(?:conçois|concevoir|propose\w*|modifie\w*|génère\w*|invente\w*).{0,60}(?:analogue\w*|dérivé\w*"
    r"|molécule\w*|structure\w*|variante\w*)",
    r"(?:diseñ\w+|propon\w*|sugier\w*|modific\w*|gener[ae]\w*|invent\w*|projet\w*|sug[ei]r\w*).{0,60}"
    r"(?:an[áa]log\w*|derivad\w*|mol[ée]cul\w*|estructur\w*|variante\w*)",
    r"(?:предлож\w+|разработ\w+|придум\w+|сгенерир\w+|модифицир\w+|измени\w*|спроектир\w+).{0,60}"
    r"(?:аналог\w*|производн\w*|молекул\w*|структур\w*|вариант\w*)",
    r"(?:设计|設計|生成|提出|修改|改造|开发).{0,30}(?:类似物|類似物|衍生物|分子|结构|結構|变体|同系物)|(?:類縁体|誘導体|アナログ).{0,20}"
    r"(?:設計|提案|生成|考え)|유사체.{0,20}(?:설계|제안)",
)

# Stronger than a known one: a wish where something is asked for, a fact where two are compared.
COMPARISON = _any(
    r"\b(?:more|as|less) (?:potent|toxic|lethal|powerful|deadly|strong|euphoric|psychoactive|volatile"
    r"|persistent|addictive)\b.{0,40}\b(?:than|as)\b",
    r"\b(?:stronger|deadlier) than\b",
)
COMPARING = _any(
    r"\bwhy\b",
    r"^\W*(?:explain|describe|discuss|is|are|was|were|does|do|did|has|have|by (?:how|what)|how (?:much|many)|compare\w*|which|what|why|when"
    r"|in which|who)\b",
)

# What is taken out of a body or a soil is taken out to be measured.
ANALYTICAL = _any(
    r"\b(?:extract|isolat|recover|separat|concentrat|collect|sampl)\w*\b.{0,60}\b(?:from|in) (?:\w+ ){0,2}?(?:soils?|urine|blood|hair|plasma|serum|saliva|sweat|waste-?water|water"
    r"|sewage|sediments?|air|tissues?|swabs?|samples?|matrices|groundwater|fingerprints?|dust)\b",
    r"\bfor (?:\w+ )?(?:analysis|detection|testing|identification|quantification|screening|GC|LC|HPLC)\b",
    r"\b(?:before|prior to) (?:\w+ )?(?:analysis|detection|measur\w+|quantif\w+|GC|LC|HPLC|injection)",
)

# A listed substance is named as what is written in another notation, or what is watched.
NO_MAKING = _any(
    r"\b(?:which|what) (?:\w+ )?(?:enzymes?|cytochromes?|CYPs?)\s+(?:\w+ )?(?:turn|convert|transform|make)\w*\b(?![^?]{0,120}\b(?:yeast|strain|express|ferment|brew|recombin|bioreactor|clone))",
    r"\b(?:convert|turn|transform|translate|writ)\w*\b[^.;]{0,80}?\b(?:in)?to\s+(?:an?\s+|the\s+|its\s+)?(?:\w+\s+)?"
    r"(?:SMILES|InChI(?:Key)?|SELFIES|IUPAC|CAS|mol(?:file|block)|SDF)\b",
    r"\bconvert\w*\s+[\d.,]+\s*\S+\s[^.;]{0,60}?\b(?:in)?to\s+(?:[mµnkp]?(?:M|mol|g|L|mol/L|g/L|g/mL)|ppm|ppb|percent|%)(?=\W*$)",
    r"\bprecursors?(?: chemicals?)? (?:control|regulation|monitoring|legislation|polic|diversion)\w*",
)

PROPERTY = _any(
    r"\b(?:boiling|melting|flash|freezing) points?\b|\bmolecular (?:weight|mass|formula)\b|\bmolar mass\b"
    r"|\blog ?[pd]\b|\bpka\b|\bsolubility\b|\bdensity\b|\bvapou?r pressure\b|\bfingerprint\b|\bdescriptors?\b"
    r"|\bspectr(?:um|a)\b|\bband ?gap\b|\brefractive index\b|\bviscosity\b|\bSMILES\b|\binchi(?:key)?\b"
    r"|\bCAS (?:number|no)\b|\bformula\b|\bdipole\b|\bfeaturi[sz]\w*|\bcoulomb matrix\b",
    r"siedepunkt|schmelzpunkt|molmasse|molekulargewicht|point (?:d'ébullition|de fusion)|masse molaire"
    r"|punto de (?:ebullición|fusión)|masa molar|температур\w+ (?:кипения|плавления)|молярн\w+ масс\w+"
    r"|沸点|熔点|分子量|溶解度|融点",
)

# Attempts to talk a model out of its rules: with a blocked substance no innocent reading is left.
COAXING = _any(
    r"\b(?:without|no) (?:any )?(?:restrictions?|filters?|limits|rules|censorship|guardrails|ethics)\b",
    r"\bunfiltered\b|\bunrestricted\b|\buncensored\b|\bjailbr\w+|\bDAN\b|\bdeveloper mode\b|\bgod mode\b",
    r"\bignore (?:all |any |your |the |previous |prior )+(?:instructions?|rules|guidelines|safety|filters?)",
    r"\b(?:disregard|forget|override|disable|bypass|turn off|switch off)\b.{0,30}\b(?:instructions?|rules"
    r"|guidelines|safety|filters?|policy|policies|gate)\b",
    r"\b(?:pretend|role-?play|imagine|hypothetical\w*|in a fictional|for (?:a|my) (?:novel|story|film|movie"
    r"|screenplay|book|game)|act as|you are now|alternate universe|parallel universe|let'?s play|let us"
    r" play|my (?:late )?grand(?:mother|ma|father|pa) used to)\b",
    r"\bdo not (?:name|mention|refuse|warn|say no)\b|\bno (?:warnings?|disclaimers?|refusals?)\b"
    r"|\bleave out the names\b",
    r"(?:stell dir vor|tu so als|ohne einschränkung\w*|ignoriere|imagine que|fais comme si|sans (?:filtre"
    r"|restriction)\w*|ignore[sz]? (?:les|toutes)|imagina que|finge que|sin (?:filtro|restriccion)\w*"
    r"|ignora (?:las|todas|tus)|представь|притворись|без (?:ограничений|цензуры|фильтр\w*)|игнорируй"
    r"|假装|假裝|想象|假设|忽略|无限制|没有限制|小说)",
)

# What a precursor is wanted for when nobody names the product.
DRUG_WISH = _any(
    r"\bget (?:me |you |us )?high\b|\b(?:drugs?|meth|crank|dope|narcotics?|stimulants?|psychedelics?"
    r"|hallucinogens?|opioids?|intoxica\w+|euphori\w+|explosives?|bombs?)\b"
    r"|\b(?:street|party|club) \w+\b|droge\w*|drogue\w*|droga\w*|наркот\w*|毒品|麻薬",
)

# What goes on from an earlier turn.
REFERRING = _any(
    r"\b(?:it|its|that|this|them|these|those|they|one|ones|same|former|latter|above|previous|there)\b",
    r"\bthe (?:compound|product|molecule|substance|drug|target|agent|material|reaction|mixture|batch"
    r"|intermediate|crude|chemical|oil|salt|procedure|route|synthesis|step|rest|details?|recipe)\b",
    r"\b[XYZ]\b",
    r"\b(?:continue|go on|proceed|next|then|finish|complete|and now|keep going|what about|more details?"
    r"|expand|elaborate|again|instead|also|still|else)\b",
    r"\b(?:es|sie|das|dies\w*|damit|davon|weiter|und jetzt|nächste\w*|ça|cela|celui|continue[rz]?|ensuite"
    r"|suivant\w*|eso|esto|lo|continúa|sigue|siguiente|это|этого|его|её|ее|их|дальше|продолж\w+|теперь"
    r"|затем)\b|它|这个|這個|那个|那個|继续|繼續|下一步|然后|接下来|それ|これ|続け|그것|이것|계속",
)
PROCEDURAL = _any(
    r"\b(?:temperature|solvent|catalyst|stir\w*|reflux|equivalents?|how long|how much|how many (?:grams|ml"
    r"|equivalents)|amounts?|quantit\w+|grams?|purif\w*|work-?up|filter|dissolv\w*|heat|cool|add(?:ed|ing)?"
    r"|reduce|reducing agent|oxidi[sz]\w*|quench|extract|yield|next|substitute for|replace)\b",
    r"температур\w*|растворител\w*|катализатор\w*|lösungsmittel|temperatur|katalysator|solvant|température"
    r"|disolvente|temperatura|catalizador|温度|溶剂|催化剂|反応|溶媒",
)

# Text that is itself a procedure: what a lab book says, not what a review says.
LAB_PROSE = (
    r"\b\d+(?:\.\d+)?\s?(?:m?mol|equiv\.?|eq\.?|m[lL]|µ[lL]|mg|g|kg)\b",
    r"\b(?:was|were|is|are)\s+(?:slowly\s+|then\s+|carefully\s+)?(?:added|dissolved|stirred|heated|cooled"
    r"|refluxed|filtered|washed|dried|evaporated|concentrated|quenched|extracted|recrystalli[sz]ed"
    r"|distilled|neutrali[sz]ed|basified|acidified|poured|treated|purified|collected)\b",
    r"(?:^|[.;:]\s+|\b(?:then|and|next|first|step \d+[:.]?)\s+|\n\s*(?:\d+[.)]|[-*])\s*)(?:add|dissolve|stir"
    r"|heat|cool|reflux|filter|wash|dry|evaporate|quench|extract|recrystalli[sz]e|distil|basify|acidify"
    r"|pour|purify|collect|mix|combine|remove the solvent|concentrate)\b",
    r"\b(?:dropwise|overnight|under (?:argon|nitrogen|vacuum|reduced pressure)|at reflux|room temperature"
    r"|\d+\s?°\s?C|for \d+(?:\.\d+)?\s?(?:h|hours?|min(?:utes)?)\b|in \d+\s?% yield|yield(?:ed)? \d+"
    r"|rotary evaporat\w+|anhydrous|brine|Na2SO4|MgSO4|silica gel|column chromatography)",
)
LAB_PATTERNS = tuple(re.compile(p, re.IGNORECASE) for p in LAB_PROSE)
