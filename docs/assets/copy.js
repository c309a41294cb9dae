/* The copy button of a block with commands copies what is typed: no prompt, no output. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-clipboard-target]");
  const block = button && document.querySelector(button.dataset.clipboardTarget);
  if (!block || !block.closest(".language-console")) return;
  const lines = block.textContent.split("\n").filter((line) => line.startsWith("$ "));
  button.dataset.clipboardText = lines.map((line) => line.slice(2)).join("\n") + "\n";
}, true);
