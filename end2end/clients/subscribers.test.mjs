// Exchange rates over WebSocket, tested with an independent client library: greeting, tick, goodbye, a hundred
// subscribers, and one that never reads.
import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";

import WebSocket from "ws";

import { startPassbook } from "../program.mjs";

// A tick comes at each full minute and may wait five seconds for a source.
const TICK_LIMIT_MS = 75_000;
// A ping comes every 20 seconds; a subscriber that has not answered by the next one is dropped.
const DROP_LIMIT_MS = 60_000;

/** Runs a test with its own program and a way to subscribe to it. */
async function withPassbook(env, use) {
  const passbook = await startPassbook({ env });
  const sockets = new Set();
  const address = `${passbook.url.replace(/^http/, "ws")}/ws/rates`;
  try {
    await use({ url: passbook.url, subscribe: (options) => subscribe(address, sockets, options) });
  } finally {
    for (const socket of sockets) socket.terminate();
    await passbook.stop();
  }
}

/** Subscribes; messages are queued as they arrive. */
async function subscribe(address, sockets, options) {
  const socket = new WebSocket(address, options);
  const messages = [];
  let heard = () => {};
  socket.on("message", (data) => {
    messages.push(JSON.parse(data.toString()));
    heard();
  });
  sockets.add(socket);
  await once(socket, "open");
  const next = async (limit = 10_000) => {
    const until = AbortSignal.timeout(limit);
    while (messages.length === 0) {
      await new Promise((resolve, reject) => {
        heard = resolve;
        until.addEventListener("abort", () => reject(new Error(`no message within ${limit} ms`)), { once: true });
      });
    }
    return messages.shift();
  };
  return { socket, messages, next };
}

/** Reads past the greeting and the rate that is already known. */
async function settled(subscriber) {
  assert.equal((await subscriber.next()).type, "greeting");
  return isRate(await subscriber.next(TICK_LIMIT_MS));
}

function isRate(message) {
  assert.equal(message.type, "rate");
  assert.equal(message.from_curr_code, "BTC");
  assert.equal(message.to_curr_code, "USD");
  for (const price of ["exchange_rate", "bid_price", "ask_price"]) assert.match(message[price], /^\d+(\.\d+)?$/);
  for (const time of ["fetch_time", "source_time"]) assert.ok(Date.parse(message[time]) > 0, message[time]);
  assert.ok(Number.isInteger(message.age_seconds) && message.age_seconds >= 0);
  return message;
}

describe("/ws/rates", { concurrency: true }, () => {
  test("a subscriber is greeted, told each minute's rate, and sent away politely", () =>
    withPassbook({}, async ({ subscribe }) => {
      const subscriber = await subscribe();
      const greeting = await subscriber.next();
      assert.deepEqual([greeting.type, greeting.pairs, greeting.every_seconds], ["greeting", ["BTC/USD"], 60]);
      const first = isRate(await subscriber.next(TICK_LIMIT_MS));
      const second = isRate(await subscriber.next(TICK_LIMIT_MS));
      assert.ok(Date.parse(second.fetch_time) > Date.parse(first.fetch_time), "a minute has a rate of its own");
      subscriber.socket.send("exit");
      const [code, reason] = await once(subscriber.socket, "close");
      assert.deepEqual([code, reason.toString()], [1000, "goodbye"]);
      // It may subscribe again.
      await settled(await subscribe());
    }));

  // Subscribers get half of the connections: these are all of them.
  test("a hundred are told while one never reads, and that one is let go", () =>
    withPassbook({ PASSBOOK_MAX_CONNECTIONS: "202" }, async ({ subscribe }) => {
      const deaf = await subscribe();
      await settled(deaf);
      deaf.socket.pause();
      const many = await Promise.all(Array.from({ length: 100 }, () => subscribe()));
      await Promise.all(many.map(settled));
      await assert.rejects(subscribe(), /503/);
      const told = await Promise.all(many.map((subscriber) => subscriber.next(TICK_LIMIT_MS)));
      for (const message of told) assert.equal(isRate(message).fetch_time, told[0].fetch_time);
      await settled(await retried(subscribe, DROP_LIMIT_MS));
      assert.ok(many.every(({ socket }) => socket.readyState === WebSocket.OPEN));
      // The messages sent to it wait in its socket; after them the connection ends without a close frame.
      const ended = new Promise((resolve) => deaf.socket.on("error", () => {}).on("close", resolve));
      deaf.socket.resume();
      assert.equal(await ended, 1006);
    }));

  test("a page of another site is refused, and one of ours is not", () =>
    withPassbook({}, async ({ url, subscribe }) => {
      await assert.rejects(subscribe({ origin: "https://evil.example" }), /403/);
      await settled(await subscribe({ origin: url }));
    }));
});

/** Retries until the attempt succeeds. */
async function retried(attempt, limit) {
  const until = Date.now() + limit;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
