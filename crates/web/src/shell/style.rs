use askama::Template;

use crate::html::Html;
use crate::page::Page;
use crate::pager::Pager;
use crate::{format, links, ui};

/// All components, to look at and to be checked.
#[derive(Template)]
#[template(path = "shell/style.html")]
pub(super) struct StylePage {
    pager: Pager,
    page: Page,
    statuses: [ui::Status; 7],
    kinds: [ui::Kind; 5],
}

pub(super) async fn style(page: Page) -> Html<StylePage> {
    Html(StylePage {
        pager: Pager::numbered(&page, 2, 90, 10),
        page,
        statuses: [
            ui::Status::Success,
            ui::Status::Failed,
            ui::Status::Partly,
            ui::Status::Virtual,
            ui::Status::Pending,
            ui::Status::Final,
            ui::Status::Reversible,
        ],
        kinds: [
            ui::Kind::Neutral,
            ui::Kind::Pending,
            ui::Kind::Good,
            ui::Kind::Warning,
            ui::Kind::Bad,
        ],
    })
}
