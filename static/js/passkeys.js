// Passkeys (WebAuthn): ask the server what the browser needs, ask the browser, send what it says as a form.
// Forms marked data-passkey are hidden until this has found that the browser knows passkeys.
(() => {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => {
    const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, (char) => char.charCodeAt(0));
  };
  const text = (buffer) => {
    const raw = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const named = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

  // Browsers of 2025 read and write the JSON form by themselves; older ones are helped.
  const readable = (options, creates) => {
    const known = creates ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
    if (PublicKeyCredential[known]) return PublicKeyCredential[known](options);
    const read = { ...options, challenge: bytes(options.challenge) };
    if (!creates) return { ...read, allowCredentials: named(options.allowCredentials) };
    const user = { ...options.user, id: bytes(options.user.id) };
    return { ...read, user, excludeCredentials: named(options.excludeCredentials) };
  };
  const written = (credential) => {
    if (credential.toJSON) return credential.toJSON();
    const { id, type, response } = credential;
    const said = { clientDataJSON: text(response.clientDataJSON) };
    if (response.attestationObject) {
      said.attestationObject = text(response.attestationObject);
      said.transports = response.getTransports ? response.getTransports() : [];
    } else {
      said.authenticatorData = text(response.authenticatorData);
      said.signature = text(response.signature);
      if (response.userHandle) said.userHandle = text(response.userHandle);
    }
    return { id, rawId: text(credential.rawId), type, response: said, clientExtensionResults: {} };
  };

  const ask = async (form, creates) => {
    const answer = await fetch(form.dataset.options, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    });
    const isData = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    // A page came instead: the proof of who one is was too old, or the session is over. The page says so.
    if (!isData) return window.location.reload();
    const options = await answer.json();
    if (!answer.ok) throw new Error(options.message);
    const publicKey = readable(options, creates);
    const credential = await navigator.credentials[creates ? "create" : "get"]({ publicKey });
    form.elements.credential.value = JSON.stringify(written(credential));
    form.submit();
  };

  const serve = (form) => {
    const message = form.querySelector("[data-passkey-message]");
    const button = form.querySelector("button[type=submit]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (button.disabled) return;
      button.disabled = true;
      message.textContent = "";
      try {
        await ask(form, form.dataset.passkey === "create");
      } catch (error) {
        // What a browser says stands in its own language and helps nobody; what the server says does.
        message.textContent = error instanceof DOMException || !error.message ? form.dataset.failed : error.message;
      }
      button.disabled = false;
    });
    form.hidden = false;
  };

  document.querySelectorAll("form[data-passkey]").forEach(serve);
  document.querySelectorAll("[data-without-passkeys]").forEach((part) => {
    part.hidden = true;
  });
})();
