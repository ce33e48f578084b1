// The whole dApp: pick a wallet, show it, sign, switch its chain, and follow
// what happens to it.
import { pick, restore } from '/berth-provider/index.js';

const $ = (id) => document.getElementById(id);

// Where the gateway is, if not at its usual place: ?gateway=http://127.0.0.1:PORT
const options = { gateway: new URLSearchParams(location.search).get('gateway') ?? undefined };

/** @type {import('berth-provider').BerthProvider | null} */
let wallet = null;

const hex = (text) =>
  `0x${Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;

function note(text) {
  const line = document.createElement('li');
  line.textContent = text;
  $('log').append(line);
}

// Berth's errors carry a hint: what the user can do.
function showError(error) {
  $('error').hidden = !error;
  $('message').textContent = error?.message ?? '';
  $('hint').textContent = error?.hint ?? '';
  if (error) note(`error ${error.code}: ${error.message}`);
}

function showState() {
  $('none').hidden = wallet !== null;
  $('wallet').hidden = wallet === null;
  if (!wallet) return;
  const { icon, name } = wallet.info;
  $('icon').hidden = icon === null;
  if (icon !== null) $('icon').src = icon;
  $('name').textContent = name;
  $('state').textContent = wallet.state;
  $('dot').classList.toggle('ready', wallet.state === 'ready');
}

const showAccount = ([account]) => ($('account').textContent = account ?? 'none');
const showChain = (chainId) => ($('chain').textContent = Number(chainId));

async function showAll() {
  showState();
  showAccount(await wallet.request({ method: 'eth_accounts' }));
  showChain(await wallet.request({ method: 'eth_chainId' }));
}

// Each event into the log, then onto the page.
function follow() {
  const on = (name, say, show) => wallet.on(name, (value) => {
    note(`${name}: ${say(value)}`);
    show(value);
  });
  on('connect', ({ chainId }) => Number(chainId), () => attempt(showAll));
  on('disconnect', ({ message }) => message, showState);
  on('accountsChanged', (accounts) => accounts[0] ?? 'none', showAccount);
  on('chainChanged', Number, showChain);
}

async function use(picked) {
  if (!picked) return;
  wallet = picked;
  note(`wallet: ${wallet.info.name}`);
  follow();
  await showAll();
}

async function sign() {
  $('signature').hidden = true;
  const [account] = await wallet.request({ method: 'eth_requestAccounts' });
  const params = [hex($('text').value), account];
  $('signature').textContent = await wallet.request({ method: 'personal_sign', params });
  $('signature').hidden = false;
}

function leave() {
  const left = wallet;
  wallet = null;
  left.close();
  $('signature').hidden = true;
  showState();
}

// Runs what a control starts: the last error goes, and a new one is shown.
async function attempt(action) {
  showError(null);
  try {
    await action();
  } catch (error) {
    showError(error);
  }
}

function onSubmit(form, action) {
  $(form).addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(action);
  });
}

$('pick').addEventListener('click', () => attempt(async () => use(await pick(options))));
$('close').addEventListener('click', leave);
onSubmit('signing', sign);
onSubmit('switching', () =>
  wallet.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: $('to').value }] }));

await attempt(async () => use(await restore(options)));
$('pick').disabled = false;
