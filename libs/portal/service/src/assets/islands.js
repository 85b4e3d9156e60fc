// Small helps for pages that work without them: copying a shown secret, asking for progress without a reload, one press of a button.
for (const button of document.querySelectorAll('[data-copy]')) {
  const source = document.getElementById(button.getAttribute('data-copy'));
  if (source === null || navigator.clipboard === undefined) continue;
  button.hidden = false;
  button.addEventListener('click', () => {
    void navigator.clipboard.writeText(source.textContent ?? '').then(() => {
      button.textContent = button.getAttribute('data-copied') ?? button.textContent;
    });
  });
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

// A second press would be the same request again; the browser must not send it while the first is under way.
for (const form of document.querySelectorAll('form[method="post"]:not([data-passkey])'))
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent === 'yes') event.preventDefault();
    form.dataset.sent = 'yes';
  });
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[method="post"]')) delete form.dataset.sent;
});

// The summary of what is wrong is read first.
document.getElementById('faults')?.focus();

// Long work: asks how far it is, and leaves alone what somebody is just at. Once it is over the page is opened anew.
const AGAIN = 'meta[name="smartkey-again"]';
const again = document.querySelector(AGAIN);
if (again) {
  const later = () => setTimeout(ask, Number(again.content) * 1000);
  const ask = () =>
    fetch(location.href)
      .then(async (answer) => {
        const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
        if (!answer.ok || next.querySelector(AGAIN) === null) return location.reload();
        const main = document.querySelector('main');
        if (!main.contains(document.activeElement) || document.activeElement === main)
          main.replaceChildren(...next.querySelector('main').childNodes);
        return later();
      })
      .catch(later);
  later();
}

// Passkeys: the only part that cannot do without script.
const bytesOf = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (each) => each.charCodeAt(0));
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
const known = (list) => (list ?? []).map((each) => ({ ...each, id: bytesOf(each.id) }));

async function askForPasskey(kind, options) {
  const publicKey = { ...options, challenge: bytesOf(options.challenge) };
  if (kind === 'create') {
    publicKey.user = { ...options.user, id: bytesOf(options.user.id) };
    publicKey.excludeCredentials = known(options.excludeCredentials);
    return navigator.credentials.create({ publicKey });
  }
  publicKey.allowCredentials = known(options.allowCredentials);
  return navigator.credentials.get({ publicKey });
}

function answerOf(credential) {
  const { id, type, rawId, response } = credential;
  const told = { clientDataJSON: textOf(response.clientDataJSON) };
  if (response.attestationObject !== undefined) {
    told.attestationObject = textOf(response.attestationObject);
    told.transports = response.getTransports?.() ?? [];
  } else {
    told.authenticatorData = textOf(response.authenticatorData);
    told.signature = textOf(response.signature);
    if (response.userHandle) told.userHandle = textOf(response.userHandle);
  }
  return {
    id,
    rawId: textOf(rawId),
    type,
    response: told,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.querySelector('[data-without-script]').hidden = true;
  form.addEventListener('submit', (event) => {
    if (form.elements.response.value !== '') return;
    event.preventDefault();
    const failed = form.querySelector('[data-failed]');
    failed.hidden = true;
    const body = new URLSearchParams({ _csrf: form.elements._csrf?.value ?? '' });
    fetch(form.dataset.options, { method: 'POST', body })
      .then(async (asked) => {
        if (!asked.ok) throw new Error(String(asked.status));
        const { challenge, options } = await asked.json();
        const credential = await askForPasskey(form.dataset.passkey, options);
        form.elements.challenge.value = challenge;
        form.elements.response.value = JSON.stringify(answerOf(credential));
        form.submit();
      })
      .catch(() => {
        failed.hidden = false;
        failed.focus();
      });
  });
}

document.querySelector('form[data-at-once]')?.submit();
