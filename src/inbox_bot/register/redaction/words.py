"""Word lists of the redaction: what is a title, a role, an organisation, a name, an everyday word."""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


TITLES = _words("""
    mr mrs ms miss mx mister dr doctor prof professor sir dame lord lady baroness baron viscount earl
    cllr councillor cyng cynghorydd rev revd reverend canon judge pc dc ds di dci dsu tdc wpc pcso sgt
    sergeant insp inspector supt superintendent capt captain maj major col colonel lt lieutenant hon rt
    imam rabbi sheikh fr bishop archdeacon
""")
# Titles that are hardly ever anything else, so that "mr smith" in small letters is a name as well.
FIRM_TITLES = _words("""
    mr mrs mx mister dr prof professor cllr councillor cyng revd pcso sgt
""")
POSTNOMINALS = (
    "obe|mbe|cbe|kbe|dbe|qpm|kpm|jp|dl|mp|ms|am|msp|phd|dphil|md|frcp|"
    "ba|bsc|ma|msc|llb|llm|kc|qc|esq|cb|cmg|kcb|frs|rn|raf"
)
PARTICLES = _words("""
    de da do dos del della di du la le van von der den ter ten ap ab ferch bin ibn al el st mac mc o y e
""")

# Words that begin the name of nobody: institutions, the things that this office writes about, the calendar.
PUBLIC_WORDS = _words("""
    police crime commissioner commissioners deputy assistant chief constable executive officer office
    monitoring fire rescue service services panel council county city borough district parish town ward
    division area force authority government home secretary minister ministry department parliament
    commons lords house court courts crown prosecution magistrates justice law act acts section freedom
    information environmental regulations data protection general regulation subject access request
    internal review commission electoral election elections election's candidate candidates agent
    returning pre period notice poll polling day statement persons nominated nomination nominations
    register briefing hustings meeting board committee group party labour conservative liberal democrat
    democrats green reform independent plaid cymru unity alliance national british united kingdom
    england wales scotland ireland northern welsh english scottish irish european union university
    college school academy hospital trust nhs church centre center station road street lane avenue close
    drive way square park bridge north south east west northern southern eastern western upper lower
    great little new old high central inner outer rural urban neighbourhood community safety victims
    victim witness domestic abuse violence plan budget precept strategy policy report annual audit
    finance human resources head director manager governance transparency press media news gazette times
    herald post echo mail daily weekly evening radio bbc itv sky independent association federation
    society institute foundation charity limited ltd plc company bank inspectorate his her majesty
    majesty's royal king king's queen queen's prince princess duke duchess hmicfrs iopc ico apcc npcc
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december christmas easter bank holiday good new year spring summer
    autumn winter teams zoom microsoft word excel google facebook twitter instagram dear sir madam team
    colleagues all hello hi thank thanks yours kind regards many best the a an i we you he she it they
    this that these those there here what when where which who why how if in on at to for from of by
    with and or but not no yes is are was were will would can could should may might must do does did
    has have had my your our their his her its please could also however further question questions
    answer reference ref document appendix annex table figure page chapter part point item number phase
    re fw fwd subject standard operating procedure taser stop search knife rural burglary theft fraud
    action cyber counter terrorism special constabulary operation project programme initiative
    partnership scheme fund grant joint independent custody visitors freedom single contact policy
    public sector duty equality diversity commissioner's constable's removed name address telephone
    email postcode web signature handle social media social vehicle birth national insurance pcc opcc
    pfcc foi eir spoc paro sar dpa gdpr uk eu hq tv sirs heddlu comisiynydd swyddfa etholiad etholiadau
    cyngor syr fadam annwyl cymru gogledd de i'm i'd i've i'll we'd we're we've it's doing councillor
    councillors mp mps corn quay
""")

# In addresses and display names: an office, not somebody.
ROLE_WORDS = _words("""
    press media news team info admin election enquiries contact mail editor agent campaign reporter desk
    newsdesk candidate party council county force chief executive officer commissioner deputy
    information request freedom public support vote voter work works home hello group trust union
    society association club school college centre service services
""")

# Names that are everyday words: taken out only where the writing shows that a name is meant.
AMBIGUOUS = _words("""
    will mark may june april august rose grace hope faith dawn bill grant
    young white black brown green gray grey king bishop price hall hill wood woods field fields banks
    rivers lake stone day knight page read ward wells west north east south long short small little good
    best new strong sharp bright moody rich poor french english welsh scott holland england ireland
    london york lane street park church house post office bell ball cook baker butler carter mason
    potter turner walker parker fisher hunter farmer shepherd police constable sergeant major marshall
    judge law laws case power powers pope prior abbot dean child love peace pride wise moon star winter
    summer spring autumn snow frost rain storm cloud sky week friday sunday christmas noel easter bond
    bank cash money penny pound crown bacon lamb duck swan crane jay hawk fox wolf bear
    bull bird fish pike bush root sage clay sands pool brook ford bridge gates
    wall walls door towers castle guard steel gold silver copper cross march hand foot head temple
    parish cannon lance art guy drew miles max chance christian earl duke
    prince noble do an so in no he she to my can hung sing song wing ma ho ha le la be me us up on or as
    is it if of at by go men man son sun way wang see sea tu don
""")

FIRST_NAMES = _words("""
    aaron abdul abigail adam adrian agnieszka ahmed aisha alan alastair albert alex alexander alexandra
    alfred alice alison alun amanda amir amy ana andrea andrew andrzej aneurin angela angharad anil
    anita ann anna anne annette anthony antonia anwen archie arthur asif ayesha barbara barry beatrice
    becky ben benjamin bernard beth bethan betty beverley brenda brian bridget bronwen bryn callum
    cameron carl carol caroline carolyn carys catherine catrin ceri charles charlie charlotte cheryl
    chloe chris christina christine christopher claire clare clive colin connor craig cynthia dafydd
    daisy daniel daniela danielle darren dave david dawn deborah debbie delyth denise dennis derek dewi
    diana diane dominic donald donna dorothy douglas duncan dylan edith edmund edward eileen eira elaine
    eleanor elena eleri elin elizabeth ella ellen ellie emily emma emyr eric ethan eugene eva evelyn
    farah fatima fiona florence frances francesca francis fraser freya gareth garry gary gavin gemma
    geoff geoffrey george georgia georgina gerald geraint gillian glenys gloria gordon graham gregory
    greta gurpreet gwen gwyn gwyneth hamish hannah harold harriet harry hassan heather heidi helen henry
    hilary howard hugh huw hussain iain ian ibrahim idris ieuan imogen imran ines iona irene isaac
    isabel isabella isla ivan jacob jacqueline jagdeep jake james jamie jan jane janet janice jasmine
    jason jayne jean jeffrey jennifer jenny jeremy jessica jill jim jimmy joan joanna joanne joe joel
    john jonathan jordan joseph josephine joshua joyce judith judy julia julian julie juliet justin
    karen kate katherine kathleen kathryn katie kayleigh keith kelly kelvin kenneth kerry kevin kieran
    kim kirsty kyle laura lauren lawrence leah leanne lena leo leon leonard leslie lewis liam linda lisa
    llinos lloyd lorna lorraine louis louise lowri lucy luke lydia lynn lynne maggie malcolm manjit
    marcus margaret maria marian marie marion marjorie martha martyn mary maryam mathew matilda matthew
    maureen megan mel melanie melissa mercy meredith michael michelle mick mike millie miriam mohamed
    mohammad mohammed moira molly monica morag muhammad myfanwy nadia nancy naomi natalie natasha nathan
    neil nerys niall nicholas nick nicola nigel nina noah nora norma norman oliver olivia omar oscar
    ottilie owain owen pamela patricia patrick paul paula pauline penelope percy peter philip phillip
    phoebe piotr priya rachel rajesh ralph raymond rebecca rhian rhiannon rhodri rhys richard rita
    robert roger roland ronald rory rosalind rosemary ross roy rupert russell ruth ryan sally samantha
    samuel sandra sanjay sara sarah sean sebastian shannon sharon shaun sheila shirley sian sidney simon
    sioned sophia sophie stacey stanley stella stephanie stephen steve steven stewart stuart susan
    suzanne sylvia tania tanya tariq teresa terence terry theresa thomas tim timothy tina toby tobias
    tom tomasz tony tracey tracy trevor valerie vanessa veronica victoria vincent vivien walter warren
    wayne wendy wilfred william winifred yasmin yusuf yvonne zachary zara zoe
""")

# Short forms in both directions: who signs Liz may be known as Elizabeth.
NICKNAMES: tuple[frozenset[str], ...] = tuple(
    _words(group)
    for group in [
        "\n    elizabeth liz lizzie beth betty eliza libby",
        " thomas tom tommy",
        " robert rob bob bobby robbie",
        " william\n    will bill billy",
        " richard rick dick ricky",
        " james jim jimmy jamie",
        " john johnny jack",
        " edward ed eddie\n    ted teddy ned",
        " katherine kate kathy katie kath",
        " catherine cathy kate cath katie",
        " margaret maggie meg\n    peggy marge",
        " michael mike mick mickey",
        " david dave davey dai",
        " daniel dan danny",
        " samuel sam sammy",
        "\n    samantha sam",
        " alexander alex sandy alec",
        " alexandra alex sandra",
        " christopher chris kit",
        " christine\n    chris chrissie",
        " anthony tony",
        " andrew andy drew",
        " matthew matt",
        " nicholas nick nicky",
        " nicola nicky\n    nikki",
        " stephen steve",
        " steven steve",
        " patricia pat patsy tricia",
        " patrick pat paddy",
        " deborah deb\n    debbie",
        " susan sue susie",
        " jennifer jen jenny",
        " joanna jo",
        " joanne jo",
        " joseph joe",
        " josephine jo josie",
        "\n    benjamin ben",
        " timothy tim",
        " philip phil",
        " phillip phil",
        " peter pete",
        " rebecca becky becca",
        " jessica jess",
        "\n    victoria vicky tori",
        " theresa terry tess",
        " terence terry",
        " gregory greg",
        " jonathan jon",
        " charles charlie\n    chuck",
        " henry harry hal",
        " frederick fred freddie",
        " ronald ron",
        " donald don",
        " kenneth ken",
        " leonard len",
        "\n    gerald gerry",
        " jeremy jez",
        " geoffrey geoff",
        " tobias toby",
        " dafydd dai",
        " judith judy",
        " barbara barb babs",
        "\n    pamela pam",
        " amanda mandy",
        " valerie val",
        " mohammed mo",
        " abdullah abdul",
        " eleanor ellie nell\n    ",
    ]
)

# "… at example.com": words before "at" that are no mailbox.
NO_MAILBOX = _words("""
    look looking available us me found find published hosted is are website site page see here that it
    online out seen be held listed meet was were live point and them arrive stands visit web read start
    up
""")

STREET_WORDS = (
    "street|road|rd|avenue|ave|lane|ln|close|drive|way|court|crescent|cres|place|terrace|gardens|gdns|grove|square|sq|hill|"
    "row|walk|mews|view|rise|green|parade|boulevard|yard|wharf|quay|gate|meadow|meadows|cottages|villas|buildings|park|end|"
    "heights|fold|croft|mount|vale|chase|st|bank|common|path|alley|esplanade|promenade|broadway|circus|drove"
)
# Everyday words that may stand before a street word without making an address: "4 new road schemes".
NO_STREET = _words("""
    a an the of and or per in on to for new more each other extra hours days weeks months years officers
    people cars percent million working point points questions main busy side cent times members
""")
