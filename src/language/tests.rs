use super::*;
use crate::config::Language;

fn tag(text: &str) -> &'static str {
    identify(text).lang.tag()
}

#[test]
fn sentences_of_many_languages_are_named() {
    let cases = [
        ("en", "The ferry was late again because of the fog."),
        ("de", "Die Fähre hatte wegen des Nebels wieder Verspätung."),
        ("nl", "De veerboot had door de mist weer vertraging."),
        ("af", "Die veerboot was weer laat weens die mis."),
        ("fr", "Le ferry était encore en retard à cause du brouillard."),
        ("es", "El transbordador llegó tarde otra vez por la niebla."),
        ("pt", "A balsa atrasou-se outra vez por causa do nevoeiro."),
        ("ca", "El transbordador ha tornat a arribar tard per la boira."),
        ("it", "Il traghetto era di nuovo in ritardo per la nebbia."),
        ("ro", "Feribotul a întârziat din nou din cauza ceții."),
        ("sv", "Färjan blev försenad igen på grund av dimman."),
        ("da", "Færgen var forsinket igen på grund af tågen."),
        ("fi", "Lautta oli taas myöhässä sumun takia."),
        ("et", "Praam hilines jälle udu tõttu."),
        ("hu", "A komp a köd miatt megint késett."),
        ("pl", "Prom znowu spóźnił się z powodu mgły."),
        ("cs", "Přívoz měl kvůli mlze zase zpoždění."),
        ("sk", "Trajekt mal pre hmlu opäť meškanie."),
        ("sl", "Trajekt je zaradi megle spet zamujal."),
        ("tr", "Vapur sis yüzünden yine gecikti."),
        ("vi", "Chuyến phà lại bị trễ vì sương mù."),
        ("sw", "Kivuko kilichelewa tena kwa sababu ya ukungu."),
        ("ru", "Паром снова опоздал из-за тумана, который стоял с утра."),
        ("uk", "Пором знову запізнився через туман."),
        ("bg", "Фериботът отново закъсня заради мъглата."),
        ("sr", "Трајект је опет каснио због магле."),
        ("el", "Το πλοίο άργησε πάλι λόγω της ομίχλης."),
        ("he", "המעבורת שוב איחרה בגלל הערפל."),
        ("ar", "تأخرت العبارة مرة أخرى بسبب الضباب."),
        ("fa", "کشتی دوباره به خاطر مه دیر رسید."),
        ("hi", "कोहरे के कारण नाव फिर देर से आई।"),
        ("ja", "霧のためフェリーはまた遅れた。"),
        ("zh", "因为有雾，渡轮又晚点了。"),
        ("ko", "안개 때문에 배가 또 늦었다."),
        ("th", "เรือข้ามฟากมาช้าอีกเพราะหมอก"),
        ("ka", "ბორანმა ნისლის გამო ისევ დააგვიანა."),
        ("hy", "Լաստանավը կրկին ուշացավ մառախուղի պատճառով։"),
        ("am", "ጀልባው በጭጋግ ምክንያት እንደገና ዘገየ።"),
    ];
    let wrong: Vec<_> =
        cases.iter().map(|(lang, text)| (*lang, tag(text))).filter(|(lang, found)| lang != found).collect();
    assert_eq!(wrong, []);
}

#[test]
fn case_and_cedillas_change_nothing() {
    assert_eq!(tag("DIE FÄHRE HATTE WIEDER VERSPÄTUNG."), "de");
    let (comma, cedilla) = ("Ploșnița și țânțarul au înțepat.", "Ploşniţa şi ţânţarul au înţepat.");
    assert_eq!(identify(comma), identify(cedilla));
    assert_eq!(tag(comma), "ro");
}

#[test]
fn headlines_in_capitals_are_named_and_names_are_not() {
    let named = [
        ("de", "DIE STADT UND DER HAFEN WACHSEN"),
        ("en", "THE FERRY WAS LATE"),
        ("fr", "LA VILLE ET LE PORT"),
    ];
    let unnamed = ["BILL GATES", "NEW YORK", "ANNA KELLER", "MILLER UNESCO"].map(|name| ("und", name));
    let all = || named.into_iter().chain(unnamed);
    let wrong: Vec<_> =
        all().map(|(lang, text)| (lang, tag(text))).filter(|(lang, found)| lang != found).collect();
    assert_eq!(wrong, []);
}

#[test]
fn what_has_no_language_gets_none() {
    let lines = [
        "",
        " ",
        "12.04.2024, 17:30",
        "+++ 3:1 +++",
        "https://example.org/a/b.html?x=1",
        "mail@example.org",
        "@example_user",
        "Jane Q. Miller",
        "Foto: AP",
        "MILLER/REUTERS",
        "🙂🙂",
        "for(i=0;i<n;i++){s+=a[i];}",
        "30 km",
        "…",
        "محمد علي",
    ];
    let wrong: Vec<_> = lines.iter().filter(|line| !matches!(tag(line), "und")).collect();
    assert_eq!(wrong, Vec::<&&str>::new());
}

fn tags(text: &str) -> Vec<&'static str> {
    let spans: Vec<Span> = crate::document::lines(text).iter().map(|l| l.span).collect();
    identify_sentences(text, &spans).iter().map(|i| i.lang.tag()).collect()
}

#[test]
fn short_sentences_follow_their_document() {
    let text = "Regjeringen sa mandag at den vil trekke troppene ut av landet.\nHan sa nei.\nVi venter på svar fra byrådet.";
    assert_eq!(tags(text), ["nb", "nb", "nb"]);
}

#[test]
fn scripts_of_no_known_language_get_none() {
    let lines = [
        "ᓄᓇᕗᑦ ᒐᕙᒪᒃᑯᑦ ᐅᖃᓚᐅᕐᑐᑦ ᐃᒡᓗᓂᒃ ᓴᓇᓂᐊᕐᓂᖏᓐᓂᒃ.",
        "ᓄᓇᕗᑦ ᒐᕙᒪᒃᑯᑦ ᐅᖃᓚᐅᕐᑐᑦ (Nunavut News, the weekly) ᐃᒡᓗᓂᒃ ᓴᓇᓂᐊᕐᓂᖏᓐᓂᒃ.",
        "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ᎠᏂᏬᏂᏍᎬ ᎠᎴ ᎠᏃᏪᎵᏍᎬ.",
        "བོད་ཡིག་གི་ཚིག་ཅིག་འདིར་བྲིས་ཡོད།",
        "ދިވެހި ބަހުން ލިޔެފައިވާ ޖުމްލައެއް.",
        "ꆈꌠꉙ ꁱꂷ ꀋꉬ ꇬꅉ ꌠ ꐯ.",
    ];
    let wrong: Vec<_> = lines.iter().map(|line| tag(line)).filter(|tag| *tag != "und").collect();
    assert_eq!(wrong, Vec::<&str>::new());
}

#[test]
fn a_quotation_in_a_close_language_keeps_it_too() {
    let text = "Ministeren snakket med pressen i Oslo mandag ettermiddag.\nHun så sliten ut etter den lange natten.\n\
                “Vi har inte sovit på hela natten.”\nSamtalene fortsetter i neste uke, sier hun.\n\
                Ingen venter noe resultat før fredag.\nRegjeringen vil ikke si noe mer.";
    assert_eq!(tags(text), ["nb", "nb", "sv", "nb", "nb", "nb"]);
}

#[test]
fn a_quotation_keeps_its_language() {
    let text = "The minister spoke to reporters in Berlin.\nShe looked tired after the long night.\n\
                “Wir haben die ganze Nacht verhandelt und nichts erreicht.”\nThe talks will go on next week.\n12:30\n\
                Nobody expects a result before Friday.";
    assert_eq!(tags(text), ["en", "en", "de", "en", "und", "en"]);
}

#[test]
fn a_sentence_that_begins_like_the_one_before_is_read_on() {
    let text = "The minister spoke to reporters in Berlin on Monday.\nShe looked tired after the long night.\n\
                was man in der Hand hat, soll man nicht wieder hergeben, sagen die Leute.\n\
                in an dem Fluss gelegenen Orten stieg das Wasser.\n\
                Nobody expects a result before Friday.";
    assert_eq!(tags(text), ["en", "en", "de", "de", "en"]);
}

#[test]
fn two_languages_are_two_blocks() {
    let text = "Vláda v pondělí schválila rozpočet.\nHlasování trvalo dlouho.\nŘekl ne.\n\
                Vláda v pondelok schválila rozpočet na budúci rok.\nHlasovanie trvalo dlho, povedal predseda.\nTo je všetko.";
    assert_eq!(tags(text), ["cs", "cs", "cs", "sk", "sk", "sk"]);
}

#[test]
fn a_text_in_no_allowed_language_is_in_none() {
    let config = Language { languages: vec!["en".into(), "hr".into()], ..Language::default() };
    let identifier = Identifier::new(&config).expect("known languages");
    let named = |text| identifier.identify(text).lang.tag();
    assert_eq!(named("Die Brücke über den Fluss wurde am Montag nach zwei Jahren wieder geöffnet."), "und");
    assert_eq!(named("Most na rzece został w poniedziałek ponownie otwarty dla ruchu."), "und");
    assert_eq!(named("The bridge over the river was opened again on Monday."), "en");
    // Close to one of them.
    assert_eq!(named("Most preko rijeke otvoren je ponovo u ponedjeljak nakon dvije godine."), "hr");
}

#[test]
fn the_settings_restrict_and_rename() {
    let config = Language { languages: vec!["no".into(), "sr".into()], ..Language::default() };
    let identifier = Identifier::new(&config).expect("known languages");
    assert_eq!(identifier.identify("Ferjen var forsinket igjen på grunn av tåken.").lang.tag(), "nb");
    assert_eq!(identifier.identify("Трајект је поново каснио због магле.").lang.tag(), "sr");
    assert_eq!(identifier.identify("Trajekt je ponovo kasnio zbog magle.").lang.tag(), "sr-Latn");
    assert_eq!(identifier.identify("เรือข้ามฟากมาช้าอีก").lang, Lang::UND);
    let config = Language { codes: LangCodes::Glotlid, ..Language::default() };
    let identifier = Identifier::new(&config).expect("the default languages");
    assert_eq!(identifier.identify("The ferry was late again.").lang.tag(), "eng_Latn");
    let config = Language { languages: vec!["english".into()], ..Language::default() };
    assert!(Identifier::new(&config).is_err_and(|message| message.contains("`english`")));
}

#[test]
fn whatlang_can_be_asked_alone() {
    let config = Language { models: vec![LanguageModel::Whatlang], ..Language::default() };
    let identifier = Identifier::new(&config).expect("whatlang");
    assert_eq!(identifier.identify("Die Fähre hatte wegen des Nebels wieder Verspätung.").lang.tag(), "de");
    assert_eq!(identifier.identify("12:30").lang, Lang::UND);
}

#[test]
fn text_without_spaces_may_be_long() {
    // Its evidence would go over what a score can hold.
    let text = "因为有雾，渡轮又晚点了，乘客们在码头上等了两个小时。".repeat(2000);
    assert_eq!(tag(&text), "zh");
    let text = "霧のためフェリーはまた遅れた。".repeat(2000);
    assert_eq!(tag(&text), "ja");
    let text = "die-Fähre-hatte-wieder-Verspätung-".repeat(2000);
    assert_eq!(tag(&text), "de");
}

#[test]
fn marks_without_a_letter_are_no_word() {
    assert_eq!(tag("՟؟"), "und");
    // Beside a word they say nothing of their own, inside one they belong to it.
    assert_eq!(tags("Ինչո՞ւ է լաստանավն ուշանում։\n՞՞՞"), ["hy", "und"]);
    for c in ('\u{80}'..=char::MAX).filter(|c| script::letter(*c).is_some() && !c.is_alphabetic()) {
        for text in [format!("{c}"), format!("{c}{c}{c} 12 {c}")] {
            assert_eq!(tag(&text), "und", "{text:?}");
        }
    }
}

#[test]
fn the_table_of_letters_says_what_the_rules_say() {
    for c in ('\u{80}'..=char::MAX).filter(|c| (*c as u32) < 0x1_1000) {
        let known = script::letter(c);
        assert_eq!(known.map(|letter| letter.script), script::script_of(c), "{c:?}");
        let Some(letter) = known else { continue };
        assert_eq!(letter.folded, script::folded(c), "{c:?}");
        assert_eq!(
            letter.is_capital,
            c.is_uppercase() && letter.folded.is_some_and(|folded| folded != c),
            "{c:?}"
        );
    }
}
