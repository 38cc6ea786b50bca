// registries-mock run -- node --test

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { checkPhone } from "./portal.mjs";

const url = process.env.REGISTRIES_MOCK_URL;
const bus = { url, sender: process.env.REGISTRIES_MOCK_SENDER, password: process.env.REGISTRIES_MOCK_PASSWORD };
const control = async (path, body) => {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) };
  return await fetch(`${url}/_mock/${path}`, options);
};
const { applicant } = await (await fetch(`${url}/_mock/people/family-of-five`)).json();
const { phone } = applicant;

beforeEach(() => control("reset"));

test("somebody else's number is known as such", async () => {
  assert.equal(await checkPhone(bus, applicant.iin, "+77000000000"), "somebody else's");
});

test("a silent registry is asked later, and then it answers", async () => {
  await control("failures", { kind: "silence", passport: "bmg-phone", times: 1 });
  assert.equal(await checkPhone({ ...bus, milliseconds: 300 }, applicant.iin, phone), "ask later");
  assert.equal(await checkPhone(bus, applicant.iin, phone), "own");
  const verdict = await control("journal/verify", { where: { passport: "bmg-phone" }, exactly: 2 });
  assert.equal(verdict.status, 200, await verdict.text());
});
