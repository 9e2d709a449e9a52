//! The public nodes that the operator has listed, as this node has found them in the background: nothing is asked when the
//! page is.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::answer;
use crate::error::Error;
use crate::page::Page;
use crate::public_nodes::{PublicNode, Standing};
use crate::site::Site;
use crate::{format, links, ui};

/// The public nodes.
#[derive(Template)]
#[template(path = "explorer/nodes.html")]
struct NodesPage {
    page: Page,
    own: Own,
    nodes: Arc<Vec<PublicNode>>,
    json: String,
}

/// This node.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Own {
    version: String,
    head: u64,
    hash: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    network: &'a str,
    /// The node that says this.
    own: &'a Own,
    nodes: &'a [PublicNode],
}

impl NodesPage {
    fn agreeing(&self) -> usize {
        agreeing(&self.nodes)
    }

    /// How a node stands, as a chip, and what else there is to say.
    fn standing(&self, node: &PublicNode) -> ui::Markup {
        let (kind, key) = match node.standing {
            Standing::Asking => (ui::Kind::Pending, "network-nodes-asking"),
            Standing::Agrees => (ui::Kind::Good, "network-nodes-agrees"),
            Standing::Behind { .. } => (ui::Kind::Warning, "network-nodes-behind"),
            Standing::Fork => (ui::Kind::Warning, "network-nodes-fork"),
            Standing::Differs => (ui::Kind::Bad, "network-nodes-differs"),
            Standing::Foreign { .. } => (ui::Kind::Bad, "network-nodes-foreign"),
            Standing::Unclear => (ui::Kind::Neutral, "network-nodes-unclear"),
            Standing::Unreachable { .. } => (ui::Kind::Bad, "network-nodes-unreachable"),
        };
        ui::chip(kind, self.page.t(key))
    }

    /// More about it.
    fn more(&self, node: &PublicNode) -> Option<String> {
        let text = match &node.standing {
            Standing::Asking | Standing::Agrees => return None,
            Standing::Behind { blocks } => {
                let text = self.page.t("network-nodes-behind-by");
                text.with("count", *blocks).to_string()
            }
            Standing::Fork => self.page.t("network-nodes-fork-more").to_string(),
            Standing::Differs => {
                let block = node
                    .last_divergence
                    .as_ref()
                    .map_or(0, |found| found.at.block);
                let text = self.page.t("network-nodes-differs-more");
                text.with("block", format::count(block)).to_string()
            }
            Standing::Foreign { chain_id } => {
                let text = self.page.t("network-nodes-foreign-more");
                text.with("chain", chain_id).to_string()
            }
            Standing::Unclear => self.page.t("network-nodes-unclear-more").to_string(),
            Standing::Unreachable { reason } => reason.clone(),
        };
        Some(text)
    }

    /// When it was asked, on the clock of the chain, which others on the page are on.
    fn on_the_clock(&self, seconds: &i64) -> i64 {
        seconds.saturating_add(self.page.ahead)
    }
}

/// How many have the same blocks as this one.
pub(crate) fn agreeing(nodes: &[PublicNode]) -> usize {
    let agrees =
        |node: &&PublicNode| matches!(node.standing, Standing::Agrees | Standing::Behind { .. });
    nodes.iter().filter(agrees).count()
}

/// `GET /nodes`, `/nodes.json`
pub(super) async fn page(State(site): State<Site>, page: Page) -> Result<Response, Error> {
    let latest = site.read(|reader| reader.latest_block()).await?;
    let own = Own {
        version: concat!("tartan-", env!("CARGO_PKG_VERSION")).to_owned(),
        head: latest.as_ref().map_or(0, |block| block.number),
        hash: latest.map_or_else(String::new, |block| block.hash.to_string()),
    };
    let nodes = site.public_nodes();
    if answer::is_json(&page) {
        return Ok(answer::json(&Answer {
            network: &page.network.name,
            own: &own,
            nodes: &nodes,
        }));
    }
    Ok(answer::html(NodesPage {
        json: answer::json_address(&page),
        page,
        own,
        nodes,
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::sync::watch;

    use super::*;
    use crate::public_nodes::{Comparison, Divergence};
    use crate::testing::{HOSTILE, TestSite, withstands};

    fn node(url: &str, standing: Standing) -> PublicNode {
        PublicNode {
            standing,
            version: Some("0.1.0".to_owned()),
            head: Some(1_234),
            latency_ms: Some(87),
            light: Some(true),
            disabled_methods: vec!["getBlockRangeInfo".to_owned()],
            asked: Some(1_700_000_000),
            ..PublicNode::new(url.to_owned())
        }
    }

    fn differing() -> PublicNode {
        let at = Comparison {
            block: 1_000,
            ours: "a".repeat(64),
            theirs: "b".repeat(64),
        };
        PublicNode {
            compared: Some(at.clone()),
            last_divergence: Some(Divergence {
                at,
                seen: 1_700_000_000,
            }),
            ..node("https://other.example", Standing::Differs)
        }
    }

    /// A site whose node knows these.
    async fn site(nodes: Vec<PublicNode>) -> (TestSite, watch::Sender<Arc<Vec<PublicNode>>>) {
        let site = TestSite::without_index().await;
        let (sender, known) = watch::channel(Arc::new(nodes));
        site.site.know_nodes(known);
        (site, sender)
    }

    #[tokio::test]
    async fn each_standing_has_a_word_a_sign_and_a_reason() {
        let unreachable = Standing::Unreachable {
            reason: "it cannot be reached".to_owned(),
        };
        let foreign = Standing::Foreign {
            chain_id: "mainnet1".to_owned(),
        };
        let nodes = vec![
            node("https://a.example", Standing::Agrees),
            node("https://b.example", Standing::Behind { blocks: 77 }),
            node("https://c.example", Standing::Fork),
            differing(),
            node("https://d.example", foreign),
            node("https://e.example", Standing::Unclear),
            PublicNode {
                standing: unreachable,
                ..PublicNode::new("https://f.example".to_owned())
            },
            PublicNode::new("https://g.example".to_owned()),
        ];
        let (site, sender) = site(nodes).await;
        let page = site.get("/nodes").await;
        page.shows(&[
            "2 of 8",
            "✓</span> agrees",
            "77 blocks behind",
            "another history",
            "from block 1,000 on",
            "mainnet1",
            "it cannot be reached",
            "87 ms",
            "getBlockRangeInfo",
            "light",
            "not asked yet",
            &"b".repeat(64),
        ]);
        site.get("/")
            .await
            .shows(&["Nodes that agree", "<a href=\"/nodes\">2 of 8"]);
        let told = site.get("/nodes.json").await;
        assert_eq!(told.header("access-control-allow-origin"), "*");
        let told = told.json();
        assert_eq!(
            told["nodes"][1]["standing"],
            json!({ "is": "behind", "blocks": 77 })
        );
        assert_eq!(told["nodes"][3]["lastDivergence"]["at"]["block"], 1_000);
        let head = site.chain.latest_block().hash.to_string();
        assert_eq!(told["own"]["hash"], head);
        // what is found later is shown later
        sender.send_replace(Arc::new(vec![differing()]));
        site.get("/nodes").await.shows(&["0 of 1"]);
    }

    #[tokio::test]
    async fn without_a_list_the_page_says_how_to_make_one() {
        let site = TestSite::without_index().await;
        let page = site.get("/nodes").await;
        page.shows(&["No public nodes are listed", "--public-nodes"]);
        assert_eq!(site.get("/nodes.json").await.json()["nodes"], json!([]));
        let home = site.get("/").await;
        assert!(!home.body.contains("Nodes that agree"), "nothing to count");
    }

    #[tokio::test]
    async fn what_nodes_say_of_themselves_is_shown_as_text() {
        let hostile = HOSTILE.iter().map(|text| {
            let reason = (*text).to_owned();
            PublicNode {
                version: Some(reason.clone()),
                disabled_methods: vec![reason.clone()],
                ..node(text, Standing::Unreachable { reason })
            }
        });
        let (site, _sender) = site(hostile.collect()).await;
        withstands(&site, &["/nodes?x={}"]).await;
    }
}
