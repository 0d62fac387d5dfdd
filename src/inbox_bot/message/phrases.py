# ruff: noqa: E501 - tables of phrases and patterns read worse when their rows are broken
"""What mail programs write around other people's words, by language: labels, markers, closings.

Data only. English and Welsh come first because the office's own area writes them; the rest are the European
languages (and Japanese, Chinese, Korean) in which Outlook, Gmail, Apple Mail, Thunderbird and Yahoo label a
quoted or forwarded message. Compared in lower case.
"""

from __future__ import annotations

# header label → what it labels
LABELS: dict[str, str] = {}
for _kind, _words in {
    "from": "from|oddi wrth|gan|von|absender|de|expéditeur|da|mittente|van|afzender|fra|avsender|afsender|från|avsändare|"
    "lähettäjä|od|nadawca|odesílatel|odosielateľ|feladó|de la|expeditor|expeditorul|šalje|pošiljatelj|pošiljalec|от|от кого|отправитель|"
    "від|від кого|kimden|gönderen|saatja|από|αποστολέας|no|nuo|siuntėjas|sūtītājs|ó|remitente|remetente|enviado por|"
    "差出人|送信元|送信者|发件人|寄件者|寄件人|보낸 사람|보낸사람|от:|kimdən|frá",
    "date": "sent|date|anfonwyd|dyddiad|gesendet|gesendet am|datum|envoyé|envoyé le|enviado|enviado el|enviado em|enviada em|"
    "enviado a|fecha|fecha de envío|inviato|inviata|data|data invio|inviato il|inviata il|verzonden|verstuurd|sendt|dato|skickat|"
    "skickades|lähetetty|päivämäärä|päiväys|lähetysaika|wysłano|wysłane|odesláno|odoslané|dátum|elküldve|küldve|küldés időpontja|"
    "trimis|dată|data trimiterii|poslano|poslato|отправлено|дата|дата отправки|надіслано|відправлено|"
    "gönderildi|gönderilen|gönderme tarihi|tarih|saadetud|kuupäev|εστάλη|στάλθηκε|ημερομηνία|送信日時|日付|日時|"
    "发送时间|发送日期|日期|寄件日期|보낸 날짜|날짜|išsiųsta|nosūtīts|datums|изпратено|sent at|date sent|seolta|dáta",
    "to": "to|at|i|an|à|a|para|aan|til|till|vastaanottaja|do|komu|pro|címzett|către|destinatar|destinatarul|prima|za|кому|получатель|kime|"
    "alıcı|kellele|προς|παραλήπτης|宛先|送信先|收件人|收件者|받는 사람|받는사람|kam|pour|destinataire|destinataires|destinatario|pre|pentru|dla|alıcılar|sendt til|"
    "destinatário|empfänger|modtager|mottagare|mottaker|adresat|příjemce|primatelj|до",
    "cc": "cc|kopie (cc)|copi|copïau|kopie|kopie an|copie|copie à|copia|cópia|kopi|kopi til|kopia|kopio|dw|do wiadomości|kópia|másolat|"
    "másolatot kap|kopija|копия|копія|bilgi|karbon kopya|kk|κοιν.|κοινοποίηση|抄送|副本|참조|c.c|c.c.|copie carbone|con copia",
    "bcc": "bcc|bcopi|cci|cco|bc|blindkopi|dolt kopia|ukryta kopia",
    "subject": "subject|pwnc|testun|betreff|betrifft|objet|sujet|asunto|oggetto|assunto|onderwerp|emne|ämne|aihe|otsikko|temat|"
    "předmět|predmet|tárgy|subiect|subiectul|naslov|zadeva|тема|тема письма|konu|teema|θέμα|件名|主题|主旨|주제|제목|tema|temats|"
    "efni|mövzu|ábhar|относно",
    "reply_to": "reply-to|reply to|ateb i|antwort an|antwoord aan|répondre à|responder a|rispondi a|svar til|svara till|"
    "odpowiedź do|odpověď komu|отвечать|yanıtla|vastausosoite|odgovori na|odpověď na|válaszcím|odpowiedź-do|răspuns către|ответ-кому|odpovedať-pre|yanıt adresi|кому відповісти|resposta para|vastaus",
    "other": "importance|pwysigrwydd|priority|wichtigkeit|priorität|sensitivity|attachments|atodiadau|attachment|anlagen|anhänge|"
    "pièces jointes|bijlagen|bijlage|allegati|anexos|adjuntos|załączniki|liitteet|bilagor|vedhæftede filer|categories|"
    "kategorien|importance level|mailed-by|signed-by|security|organization|organisation|message-id|newsgroups|x-mailer|flag status|follow up flag",
}.items():
    for _word in _words.split("|"):
        LABELS.setdefault(_word, _kind)

# Words in a line of dashes, or with a colon alone on a line, that announce a forward …
FORWARD_MARKERS = (
    "forwarded message", "begin forwarded message", "forwarded by", "forwarded mail", "original message follows",
    "start of forwarded message", "forward", "fwd", "forwarded email",
    "neges a anfonwyd ymlaen", "neges wedi'i hanfon ymlaen", "neges wedi’i hanfon ymlaen", "dechrau'r neges a anfonwyd ymlaen",
    "dechrau neges a anfonwyd ymlaen", "neges ymlaen", "anfonwyd ymlaen",
    "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "weitergeleitete e-mail", "weitergeleitet",
    "message transféré", "message transmis", "début du message transféré", "début du message réexpédié", "courriel transféré",
    "mensaje reenviado", "inicio del mensaje reenviado", "comienzo del mensaje reenviado", "mensaje enviado",
    "messaggio inoltrato", "inizio messaggio inoltrato", "inizio del messaggio inoltrato", "messaggio reinoltrato",
    "mensagem encaminhada", "início da mensagem encaminhada", "início da mensagem reencaminhada", "mensagem reencaminhada", "mensagem reenviada",
    "doorgestuurd bericht", "begin doorgestuurd bericht", "doorgestuurde bericht",
    "videresendt meddelelse", "videresendt besked", "begynd videresendt besked", "start på videresendt besked",
    "start på videresendt meddelelse", "vidarebefordrat meddelande", "vidarebefordrat mejl", "vidarebefordrat mail",
    "börjar vidarebefordrat meddelande", "början på vidarebefordrat meddelande", "påbörjat vidarebefordrat brev", "videresendt melding", "videresendt e-post",
    "begynnelse på videresendt melding", "start på videresendt melding", "välitetty viesti", "välitetty viesti alkaa",
    "edelleenlähetetty viesti", "edelleen lähetetty viesti",
    "wiadomość przesłana dalej", "przekazana wiadomość", "treść przekazanej wiadomości", "początek przekazywanej wiadomości",
    "rozpoczęcie przekazywanej wiadomości", "wiadomość przekazana", "przekazywana wiadomość", "przekazywany list", "początek przesyłanej dalej wiadomości",
    "přeposlaná zpráva", "začátek přeposílané zprávy", "předaná zpráva", "preposlaná správa", "začiatok preposlanej správy",
    "poslaná správa", "zpráva přeposlána", "preposlaná e-mailová správa",
    "továbbított üzenet", "továbbított levél kezdete", "továbbított levél",
    "mesaj redirecționat", "mesaj redirecţionat", "începutul mesajului redirecționat", "începe mesajul redirecționat", "început mesaj redirecționat", "mesaj retrimis", "mesaj transmis mai departe",
    "proslijeđena poruka", "započni proslijeđenu poruku", "prosleđena poruka", "poslano sporočilo", "posredovano sporočilo", "začetek posredovanega sporočila",
    "пересылаемое сообщение", "пересланное сообщение", "начало переадресованного сообщения", "перенаправленное сообщение", "пересылаемое письмо",
    "перенаправлене повідомлення", "початок листа, що пересилається", "переслане повідомлення", "пересланий лист",
    "ileti başlangıcı", "iletilen mesaj", "iletilmiş mesaj", "iletilen ileti", "iletilen ileti başlangıcı", "yönlendirilen mesaj",
    "edasi saadetud kiri", "edastatud sõnum", "edastatud kiri algab", "edastatud kiri", "προωθημένο μήνυμα", "έναρξη προωθημένου μηνύματος", "αρχή προωθημένου μηνύματος",
    "転送メッセージ", "メッセージを転送", "転送されたメッセージ", "以下のメールを転送します", "转发的邮件", "转发邮件", "以下是转发的邮件", "轉寄郵件", "开始转发的邮件", "전달된 메시지", "전달된 메일",
    "persiųstas laiškas", "persiųsta žinutė", "pārsūtīts ziņojums", "препратено съобщение", "forgalom", "áframsent",
)  # fmt: skip
# … and those that announce what is answered.
ORIGINAL_MARKERS = (
    "original message", "original appointment", "original email", "original e-mail", "reply message", "previous message", "message history",
    "neges wreiddiol", "antwort nachricht", "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "ursprünglicher termin",
    "message d'origine", "message d’origine", "message original", "message initial", "courriel original", "mensaje original", "messaggio originale",
    "mensagem original", "oorspronkelijk bericht", "origineel bericht", "oprindelig meddelelse", "oprindelig besked", "originalmeddelande",
    "ursprungligt meddelande", "opprinnelig melding", "alkuperäinen viesti", "wiadomość oryginalna", "oryginalna wiadomość",
    "původní zpráva", "původní e-mail", "pôvodná správa", "eredeti üzenet", "mesaj original", "mesajul original", "izvorna poruka", "originalna poruka",
    "izvirno sporočilo", "исходное сообщение", "оригинальное сообщение", "вихідне повідомлення", "оригінальне повідомлення", "orijinal mesaj", "özgün ileti",
    "algne sõnum", "algne kiri", "αρχικό μήνυμα", "元のメッセージ", "原始邮件", "原始郵件", "邮件原件", "원본 메시지", "pradinis laiškas", "oriģinālais ziņojums",
)  # fmt: skip

# Verbs at the end of "On …, somebody wrote:".
WROTE = (
    r"wrote|writes|a écrit|écrit|schrieb|schreef|geschreven|heeft .{0,60}geschreven|skrev|escribió|escreveu|ha scritto|scrisse|scrive|kirjoitti|"
    r"ysgrifennodd|ysgrifennwyd|napisał(?:a|\(a\))?|napsal(?:a|\(a\))?|napísal(?:a|\(a\))?|pisze|píše|írta|ezt írta|a scris|je napisa(?:o|la|o/la|o\(la\))|je pisao|"
    r"napisao|napisala|написал(?:а|\(а\))?|пишет|писал(?:а|\(а\))?|написав|написала|пише|yazdı|şunları yazdı|kirjutas|έγραψε|escrigué|va escriure|"
    r"hath geschrieben|geschrieben|skreiv|rašė|rakstīja|wrote the following|sgrifennodd|scríobh|sgrìobh|写道|寫道|作成|작성|のメール|napisał/a|написа|đã viết|said"
)

SUBJECT_FORWARD = (
    r"fwd?|fw|redir\.?|videresend|ml|ymlaen|ym|wg|wtr|weitergeleitet|tr|i|inoltro|rv|reenv|enc|res enc|doorst|vs|vl|vb|vid|videresendt|vidarebefordrat|"
    r"pd|pdl|i/fwd|továbbítás|továbbított|tov|ilt|i̇lt|fs|转发|轉寄|轉發|転送|전달|пересл|fyi fwd|προωθ|prw|prosl|přep|pret|edasi|tr:fwd"
)
SUBJECT_REPLY = (
    r"re|ateb|atb|aw|antw|antwort|sv|vs|réf|ré|rép|rif|r|res|resp|odp|od|odg|ynt|yan|vá|vastaus|atd|回复|回覆|答复|返信|답장|回信|отв|απ|σχετ|"
    r"hv|acc|bls|tilb|risp|ri|antwoord|ang|anf|betr"
)

# With what it may be for, thanks is a sentence as well as a closing.
THANKS = (
    r"(?:many|kind|with|my|best|again|and|grateful|sincere|heartfelt)?\s*(?:many |kind |grateful )?thanks(?: (?:for (?:considering|reading|taking|looking|helping)(?: \w+){1,4}|again|a lot|so much|very much|in advance|in anticipation|and (?:kind |best |warm )?(?:regards|wishes)|for (?:your|any|the) (?:help|time|assistance|attention|consideration|trouble|understanding|support)))*",
    r"thank(?:ing)? you(?: (?:again|much|so much|very much|in advance|in anticipation|kindly|and (?:kind |best |warm )?(?:regards|wishes)|for (?:your|any|the) (?:help|time|assistance|attention|consideration|trouble|understanding|support)))*",
)  # fmt: skip
# Words that close a letter; what stands below is the name.
CLOSINGS = (
    # English
    r"(?:(?:yours?|your)\s+)?(?:(?:very|most)\s+)?(?:truly|faithfully|sincerely|respectfully|cordially|fraternally|ever|aye)(?:\s+yours)?",
    r"yours(?: (?:etc|in (?:\w+ ){0,2}\w+|gratefully|expectantly|hopefully))?\.?",
    r"(?:with\s+)?(?:(?:my|our|the|very|all|many)\s+)*(?:kind(?:est)?|best|warm(?:est)?|good|personal)?\s*(?:personal\s+)?(?:regards?|wishes)(?: for (?:the |a )?(?:(?:new|coming) year|christmas|season|festive season|future|easter|election))?(?: to (?:you|all))?(?: from (?:us|all|me|everyone)(?: \w+){0,3})?(?: and thanks)?",
    r"(?:with\s+)?(?:(?:every|all|much|my|our|many)\s+)*(?:good|kind|warm|best)?\s*(?:blessings?|wish|respects|greetings|compliments)(?: to you(?: (?:both|all))?(?: and(?: to)? \w+(?: \w+)?)?)?",
    r"(?:(?:a|wishing you a)\s+)?(?:very\s+)?(?:merry|happy) (?:christmas|new year|easter)(?: (?:to|and) (?:you|all|you all|everyone|a happy new year)){0,2}|nadolig llawen(?: a blwyddyn newydd dda)?|blwyddyn newydd dda",
    r"(?:I (?:am|remain|have the honour to (?:be|remain))|believe me(?: to be)?)(?:[, ]+(?:dear |or )?(?:sirs?|madam|gentlemen|ladies|friends|etc|as ever))*(?:[, ]+yours?(?: \w+){0,4})?",
    r"your (?:most )?(?:(?:humble|obedient|faithful)(?:,? and |,? )?)+servants?",
    r"(?:all\s+(?:(?:the|my)\s+)?)?(?:the\s+)?(?:very\s+)?best(?: of luck)?", r"(?:kind|best|warm) rgds", r"k?rgds", r"kr", r"br", r"bw", r"atb", r"kindly",
    r"(?:for|on behalf of) (?:the|our|all)(?: \w+)? (?:branch|committee|team|group|trustees|members|board|club|society|association|campaign|residents|families|neighbours|parents|tenants|traders|villagers|governors|signatories|volunteers|monitors|union|council|federation)",
    *THANKS,
    r"ta(?: (?:muchly|again|(?:very|ever so) much))?|thx|tia|cheers|cheerio|take care|all the best|in solidarity|god bless|(?:with |lots of |much )?love|with respect|sincerely|respectfully|regards|speak soon|see you",
    # Welsh
    r"yn (?:gywir|ffyddlon|gynnes|bur|ddiffuant|gyfeillgar)(?: iawn)?", r"(?:gyda |efo )?(?:cofion|dymuniadau)(?: (?:gorau|cynnes|cywir|caredig|gora|da))?",
    r"(?:gyda )?(?:diolch|llawer o ddiolch)(?: (?:o galon|yn fawr(?: iawn)?|ymlaen llaw|am eich (?:help|cymorth|amser)|i chi))?", r"hwyl(?: (?:am y tro|fawr))?", r"pob hwyl", r"pob dymuniad da", r"ar ran (?:y|yr|ein) \w+(?: \w+)?",
    r"yr eiddoch(?: yn (?:gywir|ffyddlon|gynnes))?", r"cofion fil",
    # the common European ones
    r"(?:mit\s+)?(?:(?:sehr\s+)?(?:freundlichen?|besten?|herzlichen?|lieben?|schönen?|vielen))(?:\s+(?:grüßen?|gruß|grüssen?|gruss|dank))", r"(?:viele |liebe |schöne |beste )?(?:grüße|grüsse)(?: aus \w+)?", r"mfg|lg|vg|hochachtungsvoll|gruß|gruss",
    r"(?:bien\s+)?(?:cordialement|amicalement|sincèrement|respectueusement)(?: vôtre)?", r"(?:meilleures|sincères) salutations", r"salutations(?: distinguées)?", r"bien à (?:vous|toi)", r"merci(?: (?:d'avance|beaucoup))?", r"cdt|crdlt",
    r"(?:un\s+)?(?:cordial(?:es)?|atentos?|respetuosos?)\s*(?:saludos?)?", r"(?:un )?saludos?(?: cordiales| cordial)?", r"atentamente|atenciosamente|cordialmente|gracias|obrigad[oa]",
    r"(?:com os melhores )?cumprimentos", r"abraços?", r"(?:cordiali|distinti|cari|migliori|i migliori) saluti", r"saluti|grazie(?: mille)?|un saluto",
    r"(?:met\s+)?(?:vriendelijke|hartelijke|beste)\s+(?:groet|groeten)", r"groet(?:en|jes)?|mvg|bedankt|hoogachtend",
    r"(?:med\s+)?(?:venlig|vennlig|vänlig|bästa|bedste|beste|varm|mange|många|med venlige|vänliga|kærlig|kjærlig)\s*(?:hilsen|hilsner|hälsning(?:ar)?|hälsningar)", r"(?:de bedste |mange )?hilsn?e[nr]?|hälsningar|mvh|vh|kh|dbh|/\s?\w{2,20}",
    r"(?:ystävällisin|parhain)\s+terveisin|terveisin|t\.", r"(?:z\s+)?(?:poważaniem|powazaniem|wyrazami szacunku)|(?:serdecznie )?pozdrawiam(?: serdecznie)?|pozdrowienia|z pozdrowieniami|serdeczności",
    r"s (?:pozdravem|úctou|přáním hezkého dne)|s pozdravom", r"(?:üdvözlettel|tisztelettel|köszönettel|üdv)", r"cu (?:stimă|respect)|o zi bună", r"(?:s poštovanjem|srdačan pozdrav|lijep pozdrav|lep pozdrav)",
    r"с уважением|з повагою|saygılarımla|iyi çalışmalar|lugupidamisega|με εκτίμηση|pagarbiai|ar cieņu|以上|敬具|よろしくお願いいたします|此致|敬礼|谢谢|감사합니다|le meas|go raibh maith agat",
)  # fmt: skip

DEVICE = (
    r"(?:\[?\*?\s*)?(?:sent|posted|typed|written|composed) (?:via|from|with|by|using|on)(?: my| the| an?)? "
    r"(?:(?:\w[\w’'+.&-]*\s+){0,4}?)?(?:iphone|ipad|ipod|blackberry|android|samsung|galaxy|mobile|phone|smartphone|tablet|windows(?: mail| phone)?|"
    r"outlook|yahoo|mail|gmail|aol|device|handheld|nokia|htc|huawei|honor|xiaomi|redmi|oneplus|sony|motorola|pixel|proton ?mail|hotmail|e-?mail|mailbox|cell(?:phone)?|laptop|pc|"
    r"verizon|vodafone|thunderbird|spark|edison|airmail|mailbird|fairphone|k-9|fastmail|tutanota|tuta|zimbra|three|o2|ee)\b"
)
DEVICE_OTHER = (
    r"get outlook for ?(?:ios|android|mac)|(?:[\w’']{2,20} )?from (?:my |a )?(?:mobile|iphone|ipad|i-?phone|android|phone|cell|blackberry)(?: \d{1,2})?$|從我的\s?\S+\s?傳送|anfonwyd o(?:'m|’m| fy| ffôn)?\s*\S|sent from my \S+(?: \S+){0,4}|(?:diese nachricht wurde )?von meinem \S+(?: \S+){0,6} gesendet|gesendet (?:von|mit)\s\S|diese nachricht wurde von meinem|"
    r"envoyé (?:de|depuis|à partir de)(?: mon)?\s\S|enviado (?:desde|do|a partir do|de)(?: mi| meu)?\s\S|inviato da(?:l mio)?\s?\S|verzonden (?:vanaf|met|via|vanuit)(?: mijn)?\s\S|verstuurd vanaf(?: mijn)?\s\S|"
    r"sendt fra(?: min)?\s\S|skickat från(?: min)?\s\S|lähetetty\s\S+(?:sta|stä|lta|ltä)|wysłane? z(?: mojego)?\s\S|odesláno z(?: mého)?\s\S|odoslané z\s\S|отправлено (?:с|из)\s\S|надіслано з\s\S|"
    r"iphone['’]?(?:ımdan|umdan) gönderildi|telefonomról küldve|iphone[- ]?ról küldve|trimis de pe\s\S|poslano s(?: mog)?\s\S|iphoneから送信|从我的\s?\S+\s?发送|发自我的\s?\S|나의\s?\S+에서 보냄|download the all-new aol|yahoo mail: search, organize"
)  # fmt: skip
