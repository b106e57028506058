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

async function read(path) {
  try {
    const answer = await fetch(PREFIX + path, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.text() : null;
  } catch {
    // The server is being restarted; the next second asks again.
    return null;
  }
}
