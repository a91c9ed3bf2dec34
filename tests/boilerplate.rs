//! What stays and what goes, over whole pages written for the purpose; and time that grows with the input, not faster.

#![expect(clippy::expect_used, reason = "a test says what it expected")]

use std::fmt::Write;
use std::time::Instant;

use copydesk::boilerplate::Judged;
use copydesk::boilerplate::judge;
use copydesk::boilerplate::render;
use copydesk::boilerplate::rules::RuleSet;
use copydesk::document::lines;

const STORY: [&str; 4] = [
    "The bridge over the lower harbour was opened to traffic again on Monday, eleven weeks after a barge had struck one of its pillars, the city said.",
    "Engineers replaced two girders and the whole of the northern railing. “We worked at night so that the ferries could run,” said Marta Lindqvist, who led the repairs.",
    "The city will pay about four million crowns for the work. Whether the owner of the barge has to pay a part of it is for a court to decide in the autumn.",
    "Until then lorries above twelve tonnes must use the tunnel, and cyclists get a lane of their own, which many of them had asked for in vain for twenty years.",
];

fn judged(text: &str, rules: &RuleSet) -> Judged {
    judge(text, &lines(text), rules, None)
}

fn cleaned(text: &str) -> String {
    let rules = RuleSet::builtin().expect("the rules hold");
    render(text, &lines(text), &judged(text, &rules)).0
}

fn page() -> String {
    let menu =
        ["Skip to content", "Menu", "Home", "News", "Sport", "Culture", "Weather", "Log in", "Subscribe now"];
    let after = [
        "Share this article",
        "Facebook",
        "Twitter",
        "12 comments",
        "Related articles",
        "Ferry fares rise in spring",
        "Harbour museum finds a new home",
        "Sign up for our newsletter",
        "Your email address",
        "Contact us",
        "Privacy Policy",
        "© 2024 The Harbour Gazette. All rights reserved.",
    ];
    let parts =
        menu.iter().chain(["Bridge opens again after eleven weeks"].iter()).chain(&STORY).chain(&after);
    parts.copied().collect::<Vec<_>>().join("\n")
}

#[test]
fn the_article_stays_and_the_page_goes() {
    let out = cleaned(&page());
    for paragraph in STORY {
        assert!(out.contains(paragraph), "lost: {paragraph}\n{out}");
    }
    for label in
        ["Skip to content", "Subscribe now", "Facebook", "newsletter", "All rights reserved", "12 comments"]
    {
        assert!(!out.contains(label), "left: {label}\n{out}");
    }
}

#[test]
fn headline_author_and_date_are_named_where_they_are_sure() {
    let found = |text: &str| {
        let rules = RuleSet::builtin().expect("the rules hold");
        let found = judged(text, &rules).heading.found(text, &lines(text));
        (found.title, found.byline, found.date)
    };
    let title = "Bridge opens again after eleven weeks";
    let named = |byline: &str, date: &str| (title.to_owned(), byline.to_owned(), date.to_owned());
    let below = |lines: &str| page().replace(title, &format!("{title}\n{lines}"));
    assert_eq!(found(&page()), named("", ""));
    assert_eq!(found(&below("By Jane Doe\n12.03.2024, 17:45")), named("By Jane Doe", "12.03.2024, 17:45"));
    // Which of two is meant is not sure, and what stands above the headline may be today's date.
    assert_eq!(found(&below("12.03.2024\n14.03.2024")), named("", ""));
    assert_eq!(found(&format!("12.03.2024\n{}", page())), named("", ""));
    // So may what stands between the page's title and the headline, and a headline with the site's name is none the less one.
    let menu = "12.03.2024\nHome\nNews\nSport";
    assert_eq!(found(&format!("{title}\n{menu}\n{}", page())), named("", ""));
    assert_eq!(found(&format!("{title}\n{menu}\n{}", below("14.03.2024"))), named("", "14.03.2024"));
    // A headline as long as a paragraph is one, too.
    let long = "Bridge over the lower harbour opens again to traffic after eleven weeks";
    let twice = format!("{long}\n{menu}\n{}", page().replace(title, &format!("{long} of repairs")));
    assert_eq!(found(&twice), (long.to_owned(), String::new(), String::new()));
    // Another label that says more of what the article says may be the headline.
    let says_more = "Harbour bridge opened to traffic after barge struck its pillars";
    assert_eq!(found(&below(says_more)).0, "");
    // A site's name behind it does not make it another headline.
    let with_site = format!("{title} | The Harbour Gazette\n{menu}\n{}", below("14.03.2024"));
    assert_ne!(found(&with_site).2, "12.03.2024");
    // Far below the headline it is another page's date.
    let labels =
        "Home\nNews\nSport\nCulture\nWeather\nTravel\nHealth\nScience\nMoney\nGardens\nMusic\nCinema";
    assert_eq!(found(&below(&format!("{labels}\n12.03.2024"))).2, "");
    // What labels an author's line or a date is none, and a time is no date.
    assert_eq!(found(&below("Written by\nPublished on:")), named("", ""));
    assert_eq!(found(&below("17:45 Uhr")), named("", ""));
    // A list, a sentence, a line with its time, one that leads on, one as long as a paragraph and one that has other
    // words, too, are no headlines.
    for line in [
        "Bridge, harbour, pillars, girders, railing, ferries",
        "The bridge over the harbour was opened again.",
        "Bridge over the lower harbour: engineers replaced pillars at 17:45",
        "Bridge opens again after eleven weeks:",
        "The bridge over the lower harbour was opened to traffic again on Monday eleven weeks after a barge had struck one of its pillars",
        "Harbour festival bridge concert weeks museum tickets parade dances",
        "Harbour festival bridge",
        "Video: bridge over harbour opened again",
    ] {
        assert_eq!(found(&page().replace(title, line)).0, "", "{line}");
    }
    // A label that the article does not speak of is no headline, and a paragraph is none.
    assert_eq!(found(&page().replace(title, "The quiet days of summer")).0, "");
    assert_eq!(found(&STORY.join("\n")).0, "");
}

#[test]
fn a_footer_in_whole_sentences_goes_as_a_whole() {
    let footer = [
        "The Harbour Gazette has told the news of the lower town since 1911 and belongs to its readers.",
        "We set cookies to see which of our stories are read, and you can say no to them at any time on the page of your account.",
        "Whoever finds a mistake in a story may write to the editors, who look at each letter and answer within a week.",
    ];
    let labels = "Tags: harbour, bridge\nShare this article\nFacebook\nTwitter\nAbout this site";
    let text = page().replace(
        "Share this article\nFacebook\nTwitter\n12 comments",
        &format!("{labels}\n{}", footer.join("\n")),
    );
    let out = cleaned(&text);
    for paragraph in STORY {
        assert!(out.contains(paragraph), "lost: {paragraph}\n{out}");
    }
    for line in footer {
        assert!(!out.contains(line), "left: {line}\n{out}");
    }
    let rules = RuleSet::builtin().expect("the rules hold");
    let judged = judged(&text, &rules);
    let (_, _, removed) = render(&text, &lines(&text), &judged);
    let apart: Vec<_> = removed.iter().filter(|line| line.reason.code() == "separate-text").collect();
    assert_eq!(apart.len(), footer.len(), "{removed:?}");
    // How sure that is, is said by the run's trees.
    assert!(apart.iter().all(|line| line.score > 0.5), "{apart:?}");
}

#[test]
fn a_clean_article_is_left_alone() {
    let text = STORY.join("\n");
    assert_eq!(cleaned(&text), text);
}

#[test]
fn a_sentence_cut_at_a_link_comes_out_whole() {
    let cut = STORY[1].replace(" said Marta Lindqvist, who", " said\nMarta Lindqvist\n, who");
    let out = cleaned(&[STORY[0], &cut, STORY[2], STORY[3]].join("\n"));
    assert_eq!(out, STORY.join("\n"));
}

#[test]
fn a_japanese_sentence_cut_at_readings_comes_out_whole() {
    let cut = "港 みなと の 橋 はし が 直 なお って、 島 しま の 人 ひと は 歩 ある いて 町 まち に 行 い くことができます。 \
               橋 はし の 上 うえ には 新 あたら しい 道 みち と 、 赤 あか い 手 て すりが あり ます。";
    let sentences = "港みなとの橋はしが直なおって、島しまの人ひとは歩あるいて町まちに行いくことができます。\n\
                     橋はしの上うえには新あたらしい道みちと、赤あかい手てすりがあります。";
    assert_eq!(cleaned(&cut.replace(' ', "\n")), sentences);
}

#[test]
fn scripts_and_style_sheets_go_and_the_article_around_them_stays() {
    let style = "#page p { margin: 0 auto; }\n@media print {\n  .menu {\n    display: none;\n  }\n}\n";
    let script = "window.counter = window.counter || [];\nfunction count(what) {\n  counter.push(what);\n}\ncount('page');\n";
    let data =
        "\n{\n\"@context\": \"https://schema.org\",\n\"headline\": \"Bridge opens\",\n\"comments\": 2\n}\n";
    let slot = "\ngoogletag.cmd.push(function() {\n  googletag.display('slot-2');\n});\n";
    let embed = "\n<iframe src=\"https://video.example.com/7\"></iframe>\n";
    let [first, second, third, fourth] = STORY;
    let text =
        [style, script, first, slot, second, embed, third, data, fourth, "\n{{ related.title }}"].concat();
    assert_eq!(cleaned(&text), STORY.join("\n"));
    let listing = "fn open(bridge: &mut Bridge) {\n    bridge.gates = Gates::Open;\n}";
    let words = |text: &str| text.split_whitespace().collect::<String>();
    let article = [first, listing, second].join("\n");
    assert_eq!(words(&cleaned(&article)), words(&article));
}

#[test]
fn a_few_lines_of_the_page_go_from_an_article_too() {
    let [first, second, third, fourth] = STORY;
    let links = "Related articles\nFerry fares rise in spring\nHarbour museum finds a new home";
    let call = "Sign up for our newsletter to read more about the harbour.";
    let footer =
        "© 2024 The Harbour Gazette. All rights reserved.\nTerms of use | Privacy policy | Contact us";
    for text in [
        [first, second, links, third, fourth].join("\n"),
        [first, second, call, third, fourth].join("\n"),
        [first, second, third, fourth, footer].join("\n"),
        [first, second, "Read also: Ferry fares rise in spring", third, fourth].join("\n"),
    ] {
        assert_eq!(cleaned(&text), STORY.join("\n"), "{text}");
    }
    // Above the article a heading opens nothing, and no block goes on behind a sentence.
    for text in [
        ["Latest news", "Bridge opens again after eleven weeks", first, second, third].join("\n"),
        [first, second, links, third, "Four million crowns for a bridge", fourth].join("\n"),
    ] {
        let stays = if text.starts_with("Latest") { "Bridge opens again" } else { "Four million crowns" };
        assert!(cleaned(&text).contains(stays), "{text}");
    }
}

/// Each entry has its time and its first words on lines of their own.
#[test]
fn the_entries_of_a_ticker_stay() {
    let entries = [
        "The last sailing ship with a cargo of timber is piloted into the old basin.",
        "The harbour is cleared of wrecks by two divers from the island and a borrowed crane.",
        "A storm breaks the mole in two places, and ships have to wait outside for nine days.",
        "Half of the pilots leave for the south, where the pay is better and winters are short.",
        "The town builds a second basin after the herring fleet has doubled in ten years.",
        "Women may sit the examination for the first time, and three of them pass it.",
        "Radar makes the watch in the tower unnecessary, and the tower becomes a museum.",
        "The ferries grow longer than the basin is wide and must turn in the river mouth.",
        "The pilots' association counts eleven members, four of whom are older than sixty.",
    ];
    let lead = "For more than a hundred years pilots have brought ships into the harbour. We follow their last day as it goes by.";
    let head = |entry: &str| entry.split(' ').take(5).collect::<Vec<_>>().join(" ");
    let lines =
        |(i, entry): (usize, &&str)| format!("{}:{}\n{}\n{entry}", 21 - i, 10 + 7 * i % 50, head(entry));
    let ticker: Vec<String> = entries.iter().enumerate().map(lines).collect();
    let out = cleaned(&format!("{lead}\n{}", ticker.join("\n")));
    for line in entries.iter().flat_map(|entry| [head(entry), (*entry).to_owned()]) {
        assert!(out.lines().any(|kept| kept.starts_with(&line)), "lost: {line}\n{out}");
    }
}

#[test]
fn the_next_article_goes() {
    let next = [
        "Roof of the village school comes down",
        "By Henrik Aune",
        "Workers began on Tuesday to take the slates off the old school in Nordvik, where rain had come through into two of the classrooms since the spring.",
        "Pupils have lessons in the chapel and in the fire station until May. “It is cold, but they sing more,” said Ragnhild Moe, who teaches the youngest ones.",
        "The new slates come from a quarry in the next valley and should last for eighty years, the parish said. They cost three times what was set aside.",
    ];
    let text = format!("{}\n{}\nShare this article\nFacebook\nTwitter", page(), next.join("\n"));
    let out = cleaned(&text);
    for paragraph in STORY {
        assert!(out.contains(paragraph), "lost: {paragraph}\n{out}");
    }
    for line in next {
        assert!(!out.contains(line), "left: {line}\n{out}");
    }
}

#[test]
fn every_line_has_a_verdict() {
    let rules = RuleSet::builtin().expect("the rules hold");
    for text in ["", "\n\n", "\r\n \r\n", "a", "…\n\u{200b}\n", "\u{feff}\n.\n,\n"] {
        let judged = judged(text, &rules);
        assert_eq!(judged.verdicts.len(), lines(text).len());
        assert_eq!(judged.joins.len(), lines(text).len());
    }
}

#[test]
fn a_million_short_lines_and_a_line_of_a_hundred_megabytes_are_judged_in_linear_time() {
    let rules = RuleSet::builtin().expect("the rules hold");
    let numbered = |n: usize| {
        (0..n).fold(String::new(), |mut text, i| {
            let _ = writeln!(text, "Word {i} of many");
            text
        })
    };
    let line = |n: usize| STORY[0].repeat(n / STORY[0].len());
    let cut = |n: usize| "He said to the\nmayor\n, who\n".repeat(n);
    // Many short articles, each a run of its own.
    let articles = |n: usize| {
        (0..n).fold(String::new(), |mut text, i| {
            let _ = writeln!(
                text,
                "Report {i}\n{} It was the {i}th.\nShare this article\n12 comments",
                STORY[i % 4]
            );
            text
        })
    };
    // The second text is sixteen times as long, and takes that much longer give or take what else the machine does;
    // quadratic time would be 256 times as much.
    let texts = [
        ("lines", numbered(62_500), numbered(1_000_000)),
        ("one line", line(6_250_000), line(100_000_000)),
        ("cut", cut(20_000), cut(320_000)),
        ("articles", articles(10_000), articles(160_000)),
    ];
    for (name, small, large) in texts {
        let time = |text: &str| {
            let start = Instant::now();
            assert!(!judged(text, &rules).verdicts.is_empty());
            start.elapsed().as_secs_f64()
        };
        let ratio = time(&large) / time(&small);
        assert!(ratio < 80.0, "{name}: sixteen times the input took {ratio:.1} times as long");
    }
}
