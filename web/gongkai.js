/* Only comfort: every page is complete without this file. */
(function () {
	"use strict";
	/* The site may live below another one: from where this file came, everything else is to be had. */
	var base = document.currentScript.src.replace(/static\/[^\/]*$/, "");
	var english = document.documentElement.lang === "en", hant = document.documentElement.lang === "zh-Hant";
	function all(what) { return Array.prototype.slice.call(document.querySelectorAll(what)); }

	/* A box that was ticked needs no second click; the button stays for those who prefer it. */
	var facets = document.getElementById("facets");
	if (facets) facets.addEventListener("change", function (e) {
		if (e.target.type === "checkbox") facets.submit();
	});

	/* So is it with what is in force only; not on the first page, where nothing was asked yet. */
	var only = document.querySelector(".box:not(.big) [name=status]");
	if (only) only.addEventListener("change", function () { only.form.submit(); });

	/* Copy a document number, or how to cite it: the button exists only where it can work. */
	if (navigator.clipboard) all(".docno, .cite").forEach(function (where) {
		var number = where.textContent, button = document.createElement("button");
		button.type = "button";
		button.className = "copy";
		button.textContent = english ? "Copy" : hant ? "複製" : "复制";
		button.setAttribute("aria-label", (english ? "Copy " : hant ? "複製 " : "复制 ") + number);
		button.addEventListener("click", function () {
			navigator.clipboard.writeText(number).then(function () {
				button.textContent = english ? "Copied" : hant ? "已複製" : "已复制";
			});
		});
		where.appendChild(button);
	});

	/*
	 * Suggestions: a combobox with a listbox.  Nothing is asked or chosen while an input method composes; 150 ms after the last
	 * key one question goes out, and the answer to an older one is dropped.  The text in the box changes only when a choice is made.
	 */
	var box = document.getElementById("q");
	if (box && box.form && window.fetch && window.AbortController) (function () {
		var list = document.createElement("ul"), said = document.createElement("p"), style = document.createElement("link"), options = [], chosen = -1, composing = false, timer = 0, asked = null;
		var words = english ? { number: "number", phrase: "phrase", title: "title", list: "Suggestions", many: " suggestions", none: "No suggestions" } :
			hant ?
			{ number: "文號", phrase: "詞語", title: "題名", list: "提示", many: " 條提示", none: "沒有提示" } :
			{ number: "文号", phrase: "词语", title: "题名", list: "提示", many: " 条提示", none: "没有提示" };

		style.rel = "stylesheet";
		style.href = base + "static/suggestions.css";
		/* Nobody waits for it who only reads. */
		box.addEventListener("focus", function () { document.head.appendChild(style); }, { once: true });
		list.id = "suggestions";
		list.className = "suggestions";
		list.hidden = true;
		list.setAttribute("role", "listbox");
		list.setAttribute("aria-label", words.list);
		said.className = "vh";
		said.setAttribute("role", "status");
		box.form.appendChild(list);
		box.form.appendChild(said);
		box.setAttribute("role", "combobox");
		box.setAttribute("aria-autocomplete", "list");
		box.setAttribute("aria-expanded", "false");
		box.setAttribute("aria-controls", list.id);

		function choose(i) {
			if (options[chosen]) options[chosen].setAttribute("aria-selected", "false");
			chosen = i;
			if (options[i]) {
				options[i].setAttribute("aria-selected", "true");
				options[i].scrollIntoView({ block: "nearest" });
				box.setAttribute("aria-activedescendant", options[i].id);
			} else box.removeAttribute("aria-activedescendant");
		}
		function close() {
			clearTimeout(timer);
			if (asked) asked.abort();
			asked = null;
			choose(-1);
			list.hidden = true;
			box.setAttribute("aria-expanded", "false");
		}
		function follow(one) {
			close();
			if (one.kind === "phrase") {
				box.value = one.text;
				box.form.submit();
				return;
			}
			/* How the page looks goes along, as with every link that the server writes. */
			var url = new URL(one.url, location.href);
			["ui", "lang"].forEach(function (name) {
				var field = box.form.elements[name];
				if (field) url.searchParams.set(name, field.value);
			});
			location.assign(url);
		}
		function part(where, tag, name, text) {
			var e = document.createElement(tag);
			e.className = name;
			e.textContent = text;
			where.appendChild(e);
			return e;
		}
		function show(answer) {
			list.textContent = "";
			options = answer.map(function (one, i) {
				var li = document.createElement("li");
				li.id = "suggestion-" + i;
				li.setAttribute("role", "option");
				li.setAttribute("aria-selected", "false");
				part(li, "span", "kind", words[one.kind] || "");
				part(li, "span", "words", one.text).lang = "zh-Hans";
				if (one.kind === "number") part(li, "span", "about", one.title).lang = "zh-Hans";
				if (one.status && one.status.ended) part(li, "span", "badge", english ? one.status.label_en : one.status.label).dataset.kind = "ended";
				li.addEventListener("mousedown", function (e) { e.preventDefault(); });
				li.addEventListener("click", function () { follow(one); });
				li.one = one;
				list.appendChild(li);
				return li;
			});
			chosen = -1;
			box.removeAttribute("aria-activedescendant");
			list.hidden = !options.length;
			box.setAttribute("aria-expanded", String(!list.hidden));
			said.textContent = options.length ? options.length + words.many : words.none;
		}
		function ask() {
			var text = box.value.trim(), own;
			if (asked) asked.abort();
			asked = null;
			if (!text) { close(); return; }
			asked = own = new AbortController();
			fetch(base + "suggest?q=" + encodeURIComponent(text), { signal: own.signal }).then(function (r) { return r.ok ? r.json() : []; }).then(function (answer) {
				if (asked === own && document.activeElement === box) show(answer);
			}, function () { /* no suggestions are no harm */ });
		}
		function later() {
			clearTimeout(timer);
			if (!composing) timer = setTimeout(ask, 150);
		}
		box.addEventListener("compositionstart", function () { composing = true; close(); });
		box.addEventListener("compositionend", function () { composing = false; later(); });
		box.addEventListener("input", function (e) { if (!e.isComposing) later(); });
		box.addEventListener("blur", close);
		box.addEventListener("keydown", function (e) {
			if (composing || e.isComposing || e.keyCode === 229 || e.ctrlKey || e.altKey || e.metaKey) return;
			if (e.key === "ArrowDown" || e.key === "ArrowUp") {
				e.preventDefault();
				if (list.hidden) ask();
				/* The place before the first is the box itself. */
				else choose((chosen + 1 + (e.key === "ArrowDown" ? 1 : options.length)) % (options.length + 1) - 1);
			} else if (e.key === "Escape" && !list.hidden) {
				e.preventDefault();
				close();
			} else if (e.key === "Enter" && options[chosen] && !list.hidden) {
				e.preventDefault();
				follow(options[chosen].one);
			} else if (e.key === "Enter") close();
		});
	})();

	/* / box, j k next and former hit (in a document: place that is marked), n p pages, ? help.  Never while an input method composes. */
	var hits = all(".hit"), places = all(".text mark[id]"), at = -1;
	function go(step) {
		if (!hits.length && places.length) {
			var now = places.findIndex(function (m) { return "#" + m.id === location.hash; });
			at = Math.max(0, Math.min(places.length - 1, now + step));
			location.replace("#" + places[at].id);
		}
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
		if (e.key === "/" && box) { e.preventDefault(); box.focus(); box.select(); }
		else if (e.key === "j") go(1);
		else if (e.key === "k") go(-1);
		else if (e.key === "n") follow("next");
		else if (e.key === "p") follow("prev");
		else if (e.key === "?") { var help = document.querySelector("footer a[href*=\"/help\"]"); if (help) help.click(); }
	});
})();
