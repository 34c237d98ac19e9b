/**
 * The script of the page of the picture: it cuts a photo to a square and makes it small enough, before it is sent.
 * Without it a file is sent as it is.
 */
export const pictureScript = `
(() => {
  const input = document.querySelector("[data-picture]");
  if (!input) return;
  const [side, most] = [512, 131072];
  const { form } = input;
  const [button, preview, hint] = ["button", "[data-preview]", "[data-scripted]"].map((selector) => form.querySelector(selector));
  hint.textContent = hint.dataset.scripted;

  const squared = async (file) => {
    const photo = await createImageBitmap(file);
    const cut = Math.min(photo.width, photo.height);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.min(side, cut);
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(photo, (photo.width - cut) / 2, (photo.height - cut) / 2, cut, cut, 0, 0, canvas.width, canvas.height);
    for (const quality of [0.92, 0.8, 0.65, 0.45, 0.25]) {
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
      if (blob.size <= most) return { canvas, file: new File([blob], "picture.jpg", { type: blob.type }) };
    }
  };

  input.addEventListener("change", async () => {
    const [chosen] = input.files;
    preview.replaceChildren();
    if (!chosen) return;
    button.disabled = true;
    // What no browser can read is sent as it is, and the service says what is wrong with it.
    const prepared = await squared(chosen).catch(() => undefined);
    if (prepared && input.files[0] === chosen) {
      const files = new DataTransfer();
      files.items.add(prepared.file);
      input.files = files.files;
      prepared.canvas.className = "portrait";
      preview.replaceChildren(prepared.canvas);
    }
    button.disabled = false;
  });
})();
`;
