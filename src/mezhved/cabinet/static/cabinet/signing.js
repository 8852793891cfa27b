// An official signs in the browser by the CryptoPro plug-in: its own script gives the object `cadesplugin`.
"use strict";

// The plug-in's script offers what is missing by a dialog of inline styles, which our pages forbid: it is told in words.
window.cadesplugin_skip_extension_install = true;
window.cadesplugin_load_timeout = 15000;

// Constants of CAPICOM and CAdESCOM.
const CURRENT_USER = 2;
const HIGHEST_ALLOWED = 2;
const BASE64 = 1;
const KEYS = {
  "1.2.643.7.1.1.1.1": { algorithm: "256", hash: 101 },
  "1.2.643.7.1.1.1.2": { algorithm: "512", hash: 102 },
};

const make = (name) => (window.cadesplugin.CreateObjectAsync || window.cadesplugin.CreateObject)(name);

// Old browsers have objects with properties, all others have promises and functions that set.
async function put(object, name, value) {
  if (object[`propset_${name}`]) await object[`propset_${name}`](value);
  else object[name] = value;
}

function part(name, from) {
  const found = new RegExp(`(?:^|,\\s*)${name}=("(?:[^"]|"")*"|[^,]*)`).exec(from);
  return found ? found[1].replace(/^"|"$/g, "").replaceAll('""', '"').trim() : "";
}

async function described(certificate) {
  const key = KEYS[await (await (await certificate.PublicKey()).Algorithm).Value];
  const until = new Date(await certificate.ValidToDate);
  const now = new Date();
  if (!key || until < now || new Date(await certificate.ValidFromDate) > now) return null;
  if (!(await certificate.HasPrivateKey())) return null;
  const subject = await certificate.SubjectName;
  const person = [part("SN", subject), part("G", subject)].filter(Boolean).join(" ");
  const name = [person || part("CN", subject), person ? part("O", subject) : ""].filter(Boolean).join(", ");
  return { certificate, ...key, name, until, thumbprint: await certificate.Thumbprint };
}

async function certificates() {
  const store = await make("CAdESCOM.Store");
  await store.Open(CURRENT_USER, "My", HIGHEST_ALLOWED);
  const all = await store.Certificates;
  const count = await all.Count;
  const found = [];
  for (let number = 1; number <= count; number += 1) {
    // One that the plug-in cannot read keeps nobody from the others.
    const each = await described(await all.Item(number)).catch(() => null);
    if (each) found.push(each);
  }
  await store.Close();
  return found;
}

// CryptoAPI writes a signature from its last octet on: CMS and XML have it the other way round.
function turned(hexadecimal) {
  const octets = hexadecimal.replace(/[^0-9a-f]/gi, "").match(/../g).reverse();
  return btoa(String.fromCharCode(...octets.map((each) => Number.parseInt(each, 16))));
}

async function signed(chosen, base64) {
  const hashed = await make("CAdESCOM.HashedData");
  await put(hashed, "Algorithm", chosen.hash);
  await put(hashed, "DataEncoding", BASE64);
  await hashed.Hash(base64);
  const raw = await make("CAdESCOM.RawSignature");
  return turned(await raw.SignHash(hashed, chosen.certificate));
}

async function fill(place, form, chosen, files) {
  const answer = await fetch(`${place.dataset.signing}?part=data&algorithm=${chosen.algorithm}`, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const data = await answer.json();
  form.elements.signature.value = await signed(chosen, data.signed_info);
  form.elements.certificate.value = (await chosen.certificate.Export(0)).trim();
  form.elements.algorithm.value = chosen.algorithm;
  form.querySelectorAll("[data-signed]").forEach((each) => each.remove());
  for (const file of files ? data.files : []) {
    const value = await signed(chosen, file.attributes);
    for (const [name, said] of [["value", value], ["attributes", file.attributes]]) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: `${name}-${file.number}`, value: said });
      field.dataset.signed = "";
      form.append(field);
    }
  }
}

async function begin(place) {
  const said = place.dataset;
  const state = place.querySelector("[data-state]");
  const form = document.getElementById("give-back");
  const say = (text, look) => { state.textContent = text; state.className = look ? `note ${look}` : "hint"; };
  const told = (error) => (window.cadesplugin.getLastError ? window.cadesplugin.getLastError(error) : error && error.message) || String(error);
  place.hidden = false;
  if (!window.cadesplugin) { say(said.absent, "warning"); return; }
  let found;
  try {
    await window.cadesplugin;
    found = await certificates();
  } catch (error) {
    say(`${said.absent} (${told(error)})`, "warning");
    return;
  }
  if (!found.length) { say(said.none, "warning"); return; }
  const list = place.querySelector("select");
  const day = new Intl.DateTimeFormat(document.documentElement.lang);
  found.forEach((each, number) => list.append(new Option(`${each.name}, ${said.until} ${day.format(each.until)} (${each.thumbprint.slice(-6)})`, String(number))));
  say("");
  place.querySelector("[data-ready]").hidden = false;
  const button = place.querySelector("button");
  button.addEventListener("click", async () => {
    button.disabled = true;
    say(said.busy);
    const files = place.querySelector("[type=checkbox]");
    try {
      await fill(place, form, found[Number(list.value)], !files || files.checked);
      form.requestSubmit();
    } catch (error) {
      say(`${said.failed} ${told(error)}`, "error");
      button.disabled = false;
    }
  });
}

document.addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector("[data-signing]");
  if (place) begin(place);
});
