/**
 * What happens to the chain, as it happens: one connection for the whole page, however many islands listen.
 *
 * ```ts
 * const stop = listen("account:alice", (message) => { … });
 * ```
 *
 * Topics and messages are described in the server's `events` module. After a gap (`gap`) a listener reads anew what it
 * shows: something was missed.
 */

export interface Message {
  /** `committed`, or `reverted`: what came with that block is void. */
  readonly change: "committed" | "reverted";
  readonly block: number;
  readonly [more: string]: unknown;
}

export type State = "connecting" | "open" | "lost";

type Listener = (message: Message) => void;

const listeners = new Map<string, Set<Listener>>();
const stateListeners = new Set<(state: State) => void>();
const gapListeners = new Set<() => void>();
let source: EventSource | undefined;
let state: State = "connecting";
let due: number | undefined;
let attempts = 0;

/** Calls the listener with each message of a topic, until the returned function is called. */
export function listen(topic: string, listener: Listener): () => void {
  let ofTopic = listeners.get(topic);
  if (ofTopic === undefined) {
    ofTopic = new Set();
    listeners.set(topic, ofTopic);
    reconnectSoon();
  }
  ofTopic.add(listener);
  return () => {
    ofTopic.delete(listener);
    if (ofTopic.size === 0 && listeners.get(topic) === ofTopic) {
      listeners.delete(topic);
      reconnectSoon();
    }
  };
}

/** Calls the listener when messages were missed, until the returned function is called. */
export function onGap(listener: () => void): () => void {
  gapListeners.add(listener);
  return () => gapListeners.delete(listener);
}

/** Calls the listener with the state of the connection now and whenever it changes. */
export function onState(listener: (state: State) => void): () => void {
  stateListeners.add(listener);
  listener(state);
  return () => stateListeners.delete(listener);
}

function become(next: State): void {
  if (next === state) return;
  state = next;
  for (const listener of stateListeners) listener(next);
}

/** Topics change in bursts while islands start: one connection for all of them. */
function reconnectSoon(delay = 0): void {
  window.clearTimeout(due);
  due = window.setTimeout(connect, delay);
}

function connect(): void {
  source?.close();
  source = undefined;
  const topics = [...listeners.keys()];
  if (topics.length === 0 || document.visibilityState === "hidden") return;
  source = new EventSource(`/events?topics=${topics.map(encodeURIComponent).join(",")}`);
  source.onopen = () => {
    const wasRefused = attempts > 0;
    attempts = 0;
    become("open");
    // a new stream does not know where the last one ended
    if (wasRefused) for (const listener of gapListeners) listener();
  };
  source.onerror = () => {
    become("lost");
    // the browser tries again by itself, except after a refusal
    if (source?.readyState === EventSource.CLOSED) {
      attempts += 1;
      reconnectSoon(Math.min(60_000, 2_000 * 2 ** attempts));
    }
  };
  source.addEventListener("gap", () => {
    for (const listener of gapListeners) listener();
  });
  for (const topic of topics) {
    source.addEventListener(topic, (event: MessageEvent<string>) => {
      const message = JSON.parse(event.data) as Message;
      for (const listener of listeners.get(topic) ?? []) listener(message);
    });
  }
}

// a page that nobody looks at listens to nothing, and has missed something when it is looked at again
let wasHidden = false;
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    wasHidden = true;
    window.clearTimeout(due);
    due = window.setTimeout(() => {
      source?.close();
      source = undefined;
    }, 30_000);
  } else {
    window.clearTimeout(due);
    if (source === undefined && listeners.size > 0) {
      connect();
      if (wasHidden) for (const listener of gapListeners) listener();
    }
    wasHidden = false;
  }
});
