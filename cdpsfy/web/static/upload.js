// Sends each chosen or dropped file by itself, with true progress. Without it, the form works as it is.

let form;
let list;
let words;

// Takes over a form; the list of what it sends is beside it.
export function start(element) {
  form = element;
  list = document.getElementById("progress");
  words = form.dataset;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendAll([...form.elements.track.files]);
    form.elements.track.value = form.elements.cover.value = "";
  });
  // All of the page takes files: beside the form, the browser would open them instead of the page.
  const page = form.closest("main");
  for (const name of ["dragenter", "dragover"]) {
    page.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    page.addEventListener(name, () => form.classList.remove("over"));
  }
  page.addEventListener("drop", (event) => {
    event.preventDefault();
    sendAll([...event.dataTransfer.files]);
  });
}

// One after the other: each file has the whole line, and the server has one upload of ours at a time.
let turn = Promise.resolve();
function sendAll(files) {
  const cover = form.elements.cover.files[0]; // of each of them
  for (const file of files) {
    const row = addRow(file.name);
    turn = turn.then(() => send(file, cover, row));
  }
}

function addRow(name) {
  const row = document.createElement("li");
  const label = document.createElement("span");
  label.textContent = name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  const state = document.createElement("span");
  state.textContent = words.waiting;
  row.append(label, bar, state);
  list.append(row);
  return { row, bar, state };
}

function send(file, cover, { bar, state }) {
  return new Promise((done) => {
    const request = new XMLHttpRequest(); // fetch() cannot tell how much has been sent
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = loaded / total;
      state.textContent = loaded < total ? `${Math.floor((100 * loaded) / total)} %` : words.saving;
    });
    request.addEventListener("loadend", () => {
      show(request, file, cover, { bar, state });
      done();
    });
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRF-Token", form.elements.csrf_token.value);
    const body = new FormData();
    for (const name of ["form", "visibility"]) body.append(name, form.elements[name].value);
    body.append("track", file);
    if (cover) body.append("cover", cover);
    request.send(body);
  });
}

function show(request, file, cover, parts) {
  if (request.status === 201) {
    const { url, notice } = JSON.parse(request.responseText);
    const link = document.createElement("a");
    link.href = url;
    link.textContent = words.listen;
    parts.bar.value = 1;
    parts.state.replaceChildren(...(notice ? [`${notice} `] : []), link);
    window.htmx?.process(link); // so that following it does not stop the music
    return;
  }
  const again = document.createElement("button");
  again.type = "button";
  again.className = "plain";
  again.textContent = words.again;
  again.addEventListener("click", () => {
    parts.state.textContent = words.waiting;
    turn = turn.then(() => send(file, cover, parts));
  });
  parts.bar.value = 0;
  parts.state.replaceChildren(`${reason(request)} `, again);
}

function reason(request) {
  try {
    return JSON.parse(request.responseText).detail;
  } catch {
    return words.failed;
  }
}
