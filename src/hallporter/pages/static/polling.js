const PAUSE = 1000;
const PREFIX = document.body.dataset.prefix;

/**
 * Hand `show` the JSON at `path` now, every second while the page is seen, and when asked to:
 * only what is new, or what `show` refused with `false` the time before.
 */
export function poll(path, show, lamp) {
  let shown = null;
  let isAsking = false;
  let isAskedAgain = false;

  async function ask() {
    if (isAsking) {
      isAskedAgain = true;
      return;
    }
    isAsking = true;
    const text = await read(path);
    lamp?.classList.toggle("lost", text === null);
    if (text !== null && text !== shown) {
      shown = show(JSON.parse(text)) === false ? null : text;
    }
    isAsking = false;
    if (!isAskedAgain) return;
    isAskedAgain = false;
    await ask();
  }

  setInterval(() => document.hidden || ask(), PAUSE);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  ask();
  return ask;
}

/**
 * Hand `show` what is in the inbox, now and the moment there is more, while the page is seen: the
 * server answers when there is, and after a second at the latest.
 */
export async function follow(show, lamp) {
  let shown = null;
  let newest = null;
  for (;;) {
    await seen();
    const text = await read(newest === null ? "/inbox" : `/inbox?after=${newest}`);
    lamp?.classList.toggle("lost", text === null);
    if (text === null) await new Promise((done) => setTimeout(done, PAUSE));
    if (text === null || text === shown) continue;
    const mails = JSON.parse(text);
    show(mails);
    shown = text;
    newest = mails[0]?.id ?? "";
  }
}

function seen() {
  if (!document.hidden) return null;
  return new Promise((done) => {
    document.addEventListener("visibilitychange", done, { once: true });
  });
}

async function read(path) {
  try {
    const answer = await fetch(PREFIX + path, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.text() : null;
  } catch {
    // The server is being restarted; the next second asks again.
    return null;
  }
}
