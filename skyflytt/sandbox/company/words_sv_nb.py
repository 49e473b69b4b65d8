"""Sentences that builders write, in Swedish and in Norwegian bokmål."""

from __future__ import annotations

from random import Random

from skyflytt.sandbox.company.people import Language

SUBJECTS: dict[Language, tuple[str, ...]] = {
    "sv": (
        "Offert på takstolar, kvarteret Älgen",
        "Frågor om bygglovet på Storgatan 14",
        "Ändringar i ritning A-{n}",
        "Leverans av gips och reglar vecka {w}",
        "Slutbesiktning den {n}:e – vem är med?",
        "Faktura {n}4{w} saknar referens",
        "Möte om arbetsmiljöplanen",
        "Påminnelse: tidrapporter för vecka {w}",
        "Kranen behövs två dagar till",
        "Fuktmätning i källaren, mätpunkt {n}",
        "Nycklar till förrådet i Ersboda",
        "Semesterlista – fyll i före fredag",
        "Avvikelse: fel dimension på balkarna",
        "Tack för snabb hjälp i går!",
        "Köldbryggor vid balkonginfästning",
        "Re-offert enligt önskemål",
    ),
    "nb": (
        "Tilbud på råbygg, Sjøgata {n}",
        "Spørsmål om byggesøknaden",
        "Endringer i tegning B-{n}",
        "Levering av isolasjon uke {w}",
        "Ferdigbefaring – hvem kan møte?",
        "Faktura {n}7{w} mangler prosjektnummer",
        "Referat fra byggemøte {n}",
        "Timelister for uke {w} må inn i dag",
        "Krana er opptatt til torsdag",
        "Fuktmåling i kjelleren, punkt {n}",
        "Påskevakt på byggeplassen",
        "Avvik: feil dimensjon på bjelkene",
        "Takk for god hjelp på Fauske!",
    ),
}
SENTENCES: dict[Language, tuple[str, ...]] = {
    "sv": (
        "Vi har gått igenom underlaget och har några frågor innan vi kan lämna pris.",
        "Kan du återkomma senast på onsdag så att vi hinner beställa?",
        "Bifogat finns senaste versionen, den gamla kan ni slänga.",
        "Det blåste rejält i natt, så ställningen måste kontrolleras innan någon går upp.",
        "Kunden vill ha ytterdörrar i ek i stället för furu, merkostnaden är 18 400 kr exkl. moms.",
        "Åsa på kommunen säger att handläggningen tar sex till åtta veckor.",
        "Jag är på plats i Holmsund hela förmiddagen men nås på mobilen.",
        "Betongen hann inte härda, vi skjuter på gjutningen till tisdag.",
        "Glöm inte att märka fakturan med projektnummer och Bengts namn.",
        "Underentreprenören hävdar att måtten stämmer, men ritningen säger något annat.",
        "Vi behöver fler händer på Östra Ersboda från och med måndag.",
        "Snöröjningen ingår inte i avtalet, det står tydligt i § 7.",
    ),
    "nb": (
        "Vi har sett gjennom grunnlaget og har noen spørsmål før vi kan gi pris.",
        "Kan du svare innen onsdag, så rekker vi å bestille?",
        "Vedlagt er siste versjon, den gamle kan kastes.",
        "Det blåste kraftig i natt, så stillaset må sjekkes før noen går opp.",
        "Kunden ønsker ytterdører i eik i stedet for furu, tillegget er 21 900 kr eks. mva.",
        "Saksbehandleren sier at det tar seks til åtte uker.",
        "Jeg er på Fauske hele formiddagen, men kan nås på mobil.",
        "Betongen rakk ikke å herde, vi utsetter støpingen til tirsdag.",
        "Husk å merke fakturaen med prosjektnummer og navnet mitt.",
        "Underentreprenøren påstår at målene stemmer, men tegningen viser noe annet.",
        "Vi trenger flere folk på Løkta fra mandag av.",
    ),
}
GREETINGS: dict[Language, tuple[str, str]] = {
    "sv": ("Hej {name},", "Med vänlig hälsning"),
    "nb": ("Hei {name},", "Hilsen"),
}


def subject(language: Language, random: Random) -> str:
    return random.choice(SUBJECTS[language]).format(n=random.randint(2, 28), w=random.randint(1, 52))


def paragraphs(language: Language, random: Random) -> list[str]:
    return [" ".join(random.sample(SENTENCES[language], random.randint(1, 4))) for _ in range(random.randint(1, 4))]


def letter(language: Language, to: str, sender: str, random: Random) -> str:
    """Plain text with greeting and signature delimiter."""
    hello, goodbye = GREETINGS[language]
    parts = [hello.format(name=to.split(maxsplit=1)[0]), *paragraphs(language, random), f"{goodbye}\n{sender}"]
    return "\n\n".join(parts) + f"\n\n-- \n{sender}\nNorrsken Bygg AB · Västra Norrlandsgatan 12 · 903 27 Umeå\n"
