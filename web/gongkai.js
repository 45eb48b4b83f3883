/* Only comfort: every page is complete without this file. */
(function () {
	"use strict";
	var english = document.documentElement.lang === "en";
	function all(what) { return Array.prototype.slice.call(document.querySelectorAll(what)); }

	/* A box that was ticked needs no second click; the button stays for those who prefer it. */
	var facets = document.getElementById("facets");
	if (facets) facets.addEventListener("change", function (e) {
		if (e.target.type === "checkbox") facets.submit();
	});

	/* Copy a document number: the button exists only where it can work. */
	if (navigator.clipboard) all(".docno").forEach(function (where) {
		var number = where.textContent, button = document.createElement("button");
		button.type = "button";
		button.className = "copy";
		button.textContent = english ? "Copy" : "复制";
		button.setAttribute("aria-label", (english ? "Copy number " : "复制文号 ") + number);
		button.addEventListener("click", function () {
			navigator.clipboard.writeText(number).then(function () {
				button.textContent = english ? "Copied" : "已复制";
			});
		});
		where.appendChild(button);
	});

	/* / box, j k next and former hit, n p pages.  Never while an input method composes. */
	var hits = all(".hit"), at = -1;
	function go(step) {
		if (!hits.length) return;
		if (hits[at]) hits[at].classList.remove("here");
		at = Math.max(0, Math.min(hits.length - 1, at + step));
		hits[at].classList.add("here");
		hits[at].querySelector("h2 a, h3 a").focus();
	}
	function follow(rel) {
		var a = document.querySelector("a[rel=" + rel + "]");
		if (a) a.click();
	}
	document.addEventListener("keydown", function (e) {
		if (e.isComposing || e.keyCode === 229 || e.ctrlKey || e.altKey || e.metaKey) return;
		if (/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || e.target.isContentEditable) return;
		var box = document.getElementById("q");
		if (e.key === "/" && box) { e.preventDefault(); box.focus(); box.select(); }
		else if (e.key === "j") go(1);
		else if (e.key === "k") go(-1);
		else if (e.key === "n") follow("next");
		else if (e.key === "p") follow("prev");
	});
})();
