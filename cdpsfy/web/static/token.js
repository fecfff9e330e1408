// The page's token against forged forms, for what scripts send.

export function token() {
  return document.querySelector('[name="csrf_token"]').value;
}
