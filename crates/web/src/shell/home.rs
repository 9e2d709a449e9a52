use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use tartan_chain::{Block, ReadError};

use crate::error::Error;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Blocks that are listed.
const BLOCKS: u64 = 10;

/// Is the chain alive, and what happens on it.
#[derive(Template)]
#[template(path = "shell/home.html")]
pub(super) struct HomePage {
    page: Page,
    blocks: Vec<Arc<Block>>,
}

pub(super) async fn home(State(site): State<Site>, page: Page) -> Result<Html<HomePage>, Error> {
    let blocks = site.read(|reader| {
        let head = reader.latest_block()?.map_or(0, |block| block.number);
        let first = head.saturating_sub(BLOCKS - 1);
        let mut blocks = reader.block_range(first, BLOCKS)?;
        blocks.reverse();
        Ok::<_, ReadError>(blocks)
    });
    Ok(Html(HomePage {
        blocks: blocks.await?,
        page,
    }))
}
