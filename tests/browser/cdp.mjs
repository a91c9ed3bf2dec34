// Headless Chromium over its debugging pipe: messages are JSON, each ended by a NUL. Nothing to install but Chromium.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-pipe"];

export async function launch(program) {
  const profile = mkdtempSync(join(tmpdir(), "copydesk-browser-"));
  const child = spawn(program, [...FLAGS, `--user-data-dir=${profile}`], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const waiting = new Map();
  const listeners = [];
  let last = 0, rest = Buffer.alloc(0), failed = null;
  const fail = (error) => {
    failed = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.on("error", fail);
  child.on("exit", () => fail(new Error("the browser ended")));
  child.stdio[3].on("error", () => {});
  child.stdio[4].on("data", (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      const message = JSON.parse(rest.subarray(0, end).toString());
      rest = rest.subarray(end + 1);
      const asked = waiting.get(message.id);
      if (!asked) listeners.forEach((listener) => listener(message));
      else if (message.error) asked.reject(new Error(`${asked.method}: ${message.error.message}`));
      else asked.resolve(message.result);
      waiting.delete(message.id);
    }
  });
  const send = (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
    if (failed) return reject(failed);
    last += 1;
    waiting.set(last, { resolve, reject, method });
    child.stdio[3].write(JSON.stringify({ id: last, method, params, sessionId }) + "\0");
  });
  const close = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await send("Browser.close").catch(() => child.kill());
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { send, close, listen: (listener) => listeners.push(listener) };
}

// A tab that notes every request, console message and error.
export async function open(browser, url, { width = 1280, height = 900, scheme = "light" } = {}) {
  const { targetId } = await browser.send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: true });
  const send = (method, params) => browser.send(method, params, sessionId);
  const seen = { requests: [], complaints: [] };
  let loaded;
  const isLoaded = new Promise((resolve) => { loaded = resolve; });
  browser.listen(({ sessionId: from, method, params }) => {
    if (from !== sessionId) return;
    if (method === "Network.requestWillBeSent") seen.requests.push(params.request.url);
    if (method === "Runtime.consoleAPICalled") seen.complaints.push(params.args.map((arg) => arg.value ?? arg.description).join(" "));
    if (method === "Runtime.exceptionThrown") seen.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === "Log.entryAdded") seen.complaints.push(params.entry.text);
    if (method === "Page.javascriptDialogOpening") {
      seen.complaints.push("a dialog: " + params.message);
      send("Page.handleJavaScriptDialog", { accept: false }).catch(() => {});
    }
    if (method === "Page.loadEventFired") loaded();
  });
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`);
  await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
  await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  await send("Page.navigate", { url });
  await isLoaded;
  const run = async (code) => {
    const expression = `(async () => { ${code} })()`;
    const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  // Charts are drawn once their width is known.
  const settled = "await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50))));";
  await run(settled);
  const key = async (key, text) => {
    const codes = { Enter: 13, Tab: 9 };
    const common = { key, text, windowsVirtualKeyCode: codes[key] ?? key.toUpperCase().charCodeAt(0) };
    await send("Input.dispatchKeyEvent", { type: "keyDown", ...common });
    await send("Input.dispatchKeyEvent", { type: "keyUp", ...common });
    await run(settled);
  };
  const type = (text) => send("Input.insertText", { text }).then(() => run(settled));
  const picture = async () => Buffer.from((await send("Page.captureScreenshot", { captureBeyondViewport: true })).data, "base64");
  const close = () => browser.send("Target.closeTarget", { targetId });
  return { run, key, type, picture, seen, close };
}
