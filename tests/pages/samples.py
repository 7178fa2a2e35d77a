"""Letters of every shape; the people, places and bodies in them are invented."""

from dataclasses import replace
from datetime import date

from lettergen.letters.letter import (
    EnclosedMessage,
    Heading,
    Letter,
    Letterhead,
    ListBlock,
    Paragraph,
    Quote,
    SignatureBlock,
    Span,
)


def said(text: str) -> Paragraph:
    return Paragraph((Span(text),))


def asked(*texts: str, ordered: bool = False) -> ListBlock:
    return ListBlock(tuple((said(text),) for text in texts), ordered=ordered)


ARREST = said(
    "On 29 May 2002 six people, among them a child of thirty months, were detained by police near the "
    "border while they were on their way to a third country. They were first held in the county town and "
    "have since been taken north, towards the border that they had crossed in fear for their lives."
)
FEAR = said(
    "Those who are returned meet an uncertain fate. People who came back in earlier years have told of "
    "imprisonment, of hunger and of ill-treatment; several were never heard of again. One of the six is a "
    "Christian whose father and brother were put to death for their faith. We have every reason to believe "
    "that he will be killed if he is sent back."
)
LAW = Paragraph(
    (
        Span("Your country has been a party to the "),
        Span("Convention relating to the Status of Refugees", emphasis=True),
        Span(
            " since 1982. Its Article\N{NO-BREAK SPACE}33 forbids a State to return a refugee “in any manner "
            "whatsoever” to the frontiers of territories where his life or freedom would be threatened. "
            "The same follows from Article\N{NO-BREAK SPACE}3 of the Convention against Torture, to which "
            "your country acceded in 1988."
        ),
    )
)
DEMANDS = asked(
    "to release the six people at once and unconditionally, and to let them travel on to a country that "
    "is willing to receive them;",
    "to give the Office of the United Nations High Commissioner for Refugees access to them, wherever "
    "they are held; and",
    "to stop the forcible return of refugees.",
)
HOPE = said("We trust that you will give this matter your attention, and we look forward to your answer.")

PLAIN = Letter(
    letter_id="appeal--xx-premier--friends",
    template="appeal",
    recipient_id="xx-premier",
    sender_id="friends",
    language="en",
    audience="addressee",
    date=date(2002, 6, 13),
    letterhead=Letterhead(
        "Friends of the River Valley",
        ("Apartment 4, 12 Quay Street", "Port Alma 7012, Northland", "+99 3 5550 8127 · friends@example.org"),
    ),
    return_address="Friends of the River Valley · 12 Quay Street · Port Alma 7012 · NORTHLAND",
    mailing_notation=("Registered mail",),
    inside_address=(
        "His Excellency Mr. Tomas Velde",
        "Premier of the State Council",
        "14 Garden of the Lakes Avenue",
        "Capital City 100017",
        "REPUBLIC OF SOUTHLAND",
    ),
    place_and_date="Port Alma, 13 June 2002",
    subject=(Span("Six refugees held near the southern border"),),
    opening="Your Excellency,",
    body=(
        said("We write to you about six people whose lives are in your hands."),
        ARREST,
        FEAR,
        LAW,
        said("We therefore ask your government"),
        DEMANDS,
        HOPE,
    ),
    closing="Yours respectfully,",
    signatures=(SignatureBlock(("Ines Okafor", "Secretary", "Friends of the River Valley")),),
    document_title="Appeal for six refugees",
)

SHORT = replace(
    PLAIN,
    letterhead=None,
    references=(("Our reference", "RV-12/2002"), ("Your letter of", "2 June 2002")),
    body=(said("Thank you for your letter. We shall answer it in full before the end of the month."), HOPE),
    enclosures=("Enclosures: Letter of 2 June 2002", "List of signatures (3 pages)"),
    copies=("Copy to: Embassy of the Republic of Southland, Port Alma",),
    postscript=(Span("P.S. We have moved; the new address stands above."),),
)

OVER_BY_LITTLE = replace(
    PLAIN,
    body=(
        *PLAIN.body[:-1],
        said(
            "The world has seen how your country receives guests from everywhere. It would be a great sign "
            "if those who come with nothing were received as well."
        ),
        HOPE,
    ),
)

QUESTIONS = replace(
    PLAIN,
    letter_id="questions--xx-ministry--friends",
    mailing_notation=("Registered mail", "By fax"),
    inside_address=(
        "Ministry of Foreign Affairs",
        "Department of Treaty and Law",
        "Attn: Ms. Ruth Hallström",
        "2 Southern Avenue of Sunrise",
        "Capital City 100701",
        "REPUBLIC OF SOUTHLAND",
    ),
    title=(Span("Open questions"),),
    subject=(Span("Questions about the treatment of people who were returned since the spring of 2002"),),
    body=(
        said("In our letter of 13 June we asked about six people. We have had no answer and ask again."),
        Heading((Span("1. Where are the six people held?"),)),
        ARREST,
        said("We ask for the name of the place and of the authority that is answerable for it."),
        Heading((Span("2. On what decision was the return based?"),)),
        LAW,
        Quote(
            (
                said(
                    "No Contracting State shall expel or return a refugee in any manner whatsoever to the "
                    "frontiers of territories where his life or freedom would be threatened."
                ),
            )
        ),
        FEAR,
        Heading((Span("3. What is known about those who were returned in April and May?"),)),
        FEAR,
        asked(
            "their names and ages;",
            "the day and the place of their return;",
            "what became of them.",
            ordered=True,
        ),
        Heading((Span("4. Will observers be admitted?"),)),
        ARREST,
        LAW,
        HOPE,
    ),
)

JOINT = replace(
    PLAIN,
    letter_id="joint--xx-premier--five",
    letterhead=None,
    return_address="",
    closing="Respectfully,",
    body=PLAIN.body[:4],
    signatures=(
        SignatureBlock(("Ines Okafor", "Secretary", "Friends of the River Valley")),
        SignatureBlock(("Jon Brandt-Aalto", "President", "Northland Lawyers’ Committee for Refugees")),
        SignatureBlock(("Mirela Dušek", "Member of Parliament")),
        SignatureBlock(("Rev. Peter Lindqvist", "Parish of St. Olave")),
        SignatureBlock(("Nguyễn Thị Ánh", "Professor of International Law", "University of Port Alma")),
    ),
)

RESOLUTION = replace(
    PLAIN,
    letter_id="resolution--friends",
    recipient_id=None,
    inside_address=(),
    return_address="",
    mailing_notation=(),
    title=(Span("Resolution"),),
    subject=(Span("On the protection of people who flee from hunger and fear"),),
    opening="",
    body=(
        said("The general meeting of the Friends of the River Valley, held at Port Alma on 13 June 2002,"),
        ListBlock(
            (
                (said("recalling that every human being has the right to leave any country;"),),
                (
                    said("noting with alarm"),
                    asked("the arrests of May 2002,", "the returns of April 2002,"),
                    said("and that neither has been explained;"),
                ),
                (said("convinced that nobody may be sent to where death awaits him,"),),
            ),
            ordered=True,
        ),
        said("resolves to call on all governments of the region to stop the return of refugees."),
        LAW,
    ),
    closing="",
    signatures=(),
    signatories=tuple(
        (f"{given} {family}", role)
        for given, family, role in (
            ("Ada", "Moreau", "Nurse, Port Alma"),
            ("Bela", "Novák", "Teacher, Port Alma"),
            ("Carl", "Stenberg", ""),
            ("Dina", "Haddad-Wren", "Member of the Northland Chamber of Deputies"),
            ("Emil", "Przybylski", "Bookseller, Eastbridge"),
            ("Faye", "Ó Dálaigh", "Retired judge"),
            ("Georg", "Ångström", ""),
            ("Hana", "Kučera", "Student, University of Port Alma"),
            ("Ivo", "Şahin", "Baker, Port Alma"),
            ("Jana", "Łukasik", "Physician, Eastbridge"),
            ("Karl", "Đorđević", "Typesetter"),
            ("Lena", "Mŏkp‘o", "Translator"),
            ("Mark", "Õunapuu", "Farmer, Westfield"),
        )
    ),
    contacts=("For questions: Ines Okafor, +99 3 5550 8127, friends@example.org",),
)

FORWARDED = replace(
    PLAIN,
    letter_id="urgent--xx-society--friends",
    inside_address=("Society for the Aid of Refugees", "44 Long Lane", "Eastbridge 2001"),
    subject=(Span("Six refugees about to be returned"),),
    opening="Dear Madam or Sir,",
    body=(
        said("This morning we received the message that follows. We pass it on for whatever you can do."),
        said("If the six people named in it are returned, they must expect severe punishment."),
    ),
    closing="Yours sincerely,",
    enclosed=(
        EnclosedMessage(
            "Message from the border",
            (
                ("From", "P. Tamm, Border Watch"),
                ("Received", "31 May 2002, 06:00"),
                ("Passed on by", "Friends of the River Valley, who have known the writer for seven years"),
            ),
            (ARREST, FEAR, asked("Karl, 48 years old;", "Mia, 30 years old;", "a boy of thirty months.")),
        ),
        EnclosedMessage("Second message", (("From", "P. Tamm"),), (HOPE,)),
    ),
)

HOSTILE = replace(
    PLAIN,
    letter_id="hostile--xx-premier--friends",
    inside_address=("<b>Bold & Sons</b>", "{{7*7}} Street", '"><script>alert(1)</script>', "SOUTHLAND"),
    subject=(Span("<img src=file:///etc/passwd> & {% if x %} 100% $PATH `id`"),),
    body=(said("a <b>bold</b> & {{7*7}} </p></main> &amp; [link](http://example.org/) *stars* \\n"),),
)

ALL = {
    "plain": PLAIN,
    "short": SHORT,
    "over-by-little": OVER_BY_LITTLE,
    "questions": QUESTIONS,
    "joint": JOINT,
    "resolution": RESOLUTION,
    "forwarded": FORWARDED,
    "hostile": HOSTILE,
}
