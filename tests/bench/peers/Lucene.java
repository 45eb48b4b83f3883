/*
 * Lucene with its CJKAnalyzer: the same loop as ../speed/load.c, the same files, the same words on standard input and output.
 *
 *   java -cp ... Lucene index DIR DOCS.tsv | serve DIR QUESTIONS.tsv
 */
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.document.*;
import org.apache.lucene.facet.*;
import org.apache.lucene.facet.sortedset.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;

public class Lucene {
	static final int CUTTERS = 2;

	/* ---- index ---- */

	static Document document(String[] f, FacetsConfig facets) throws IOException {
		Document d = new Document();
		d.add(new TextField("text", f[6], Field.Store.NO));
		d.add(new StringField("category", f[1], Field.Store.NO));
		d.add(new IntPoint("year", Integer.parseInt(f[2])));
		d.add(new NumericDocValuesField("published", Integer.parseInt(f[3])));
		d.add(new IntPoint("first", Integer.parseInt(f[4])));
		d.add(new IntPoint("last", Integer.parseInt(f[5])));
		d.add(new SortedSetDocValuesFacetField("categories", f[1]));
		d.add(new SortedSetDocValuesFacetField("years", f[2]));
		return facets.build(d);
	}

	static void index(String dir, String docs) throws Exception {
		IndexWriterConfig config = new IndexWriterConfig(new CJKAnalyzer());
		config.setRAMBufferSizeMB(256);
		IndexWriter writer = new IndexWriter(FSDirectory.open(Paths.get(dir)), config);
		BlockingQueue<String> lines = new ArrayBlockingQueue<>(256);
		ExecutorService cutters = Executors.newFixedThreadPool(CUTTERS);
		List<Future<?>> ends = new ArrayList<>();
		for (int i = 0; i < CUTTERS; i++)
			ends.add(cutters.submit(() -> {
				FacetsConfig facets = new FacetsConfig();
				for (String line; !(line = lines.take()).isEmpty();)
					writer.addDocument(document(line.split("\t", 7), facets));
				return null;
			}));
		try (BufferedReader in = Files.newBufferedReader(Paths.get(docs))) {
			for (String line; (line = in.readLine()) != null;)
				lines.put(line);
		}
		for (int i = 0; i < CUTTERS; i++)
			lines.put("");
		for (Future<?> end : ends)
			end.get();
		cutters.shutdown();
		writer.commit();
		writer.close();
	}

	/* ---- ask ---- */

	static class Question {
		String[] word;
		boolean ranked, newest, facets;
		int year, asOf, offset;
		String category;

		Question(String line) {
			String[] f = line.split("\t", -1);
			word = f[3].isEmpty() ? new String[] { f[2] } : new String[] { f[2], f[3] };
			ranked = f[4].contains("r");
			newest = f[4].contains("n");
			facets = f[4].contains("f");
			year = Integer.parseInt(f[5]);
			category = f[6];
			asOf = Integer.parseInt(f[7]);
			offset = Integer.parseInt(f[8]);
		}
	}

	static class Engine {
		final IndexSearcher searcher;
		final SortedSetDocValuesReaderState facetState;
		final CJKAnalyzer analyzer = new CJKAnalyzer();
		static final Sort NEWEST = new Sort(new SortField("published", SortField.Type.INT, true));

		Engine(String dir) throws IOException {
			IndexSearcher.setDefaultQueryCache(null);
			IndexReader reader = DirectoryReader.open(FSDirectory.open(Paths.get(dir)));
			searcher = new IndexSearcher(reader);
			facetState = new DefaultSortedSetDocValuesReaderState(reader);
		}

		Query query(Question q) {
			QueryBuilder builder = new QueryBuilder(analyzer);
			if (q.ranked)
				return builder.createBooleanQuery("text", q.word[0], BooleanClause.Occur.SHOULD);
			if (q.word.length == 1 && q.year == 0 && q.asOf == 0)
				return builder.createPhraseQuery("text", q.word[0]);
			BooleanQuery.Builder all = new BooleanQuery.Builder();
			for (String word : q.word)
				all.add(builder.createPhraseQuery("text", word), BooleanClause.Occur.MUST);
			if (q.year != 0)
				all.add(IntPoint.newExactQuery("year", q.year), BooleanClause.Occur.FILTER);
			if (!q.category.isEmpty())
				all.add(new TermQuery(new Term("category", q.category)), BooleanClause.Occur.FILTER);
			if (q.asOf != 0) {
				all.add(IntPoint.newRangeQuery("first", 1, q.asOf), BooleanClause.Occur.FILTER);
				all.add(IntPoint.newRangeQuery("last", q.asOf, Integer.MAX_VALUE), BooleanClause.Occur.FILTER);
			}
			return all.build();
		}

		long ask(Question q) throws IOException {
			int exact = q.ranked ? 1000 : Integer.MAX_VALUE;
			TopDocsCollector<?> top = q.newest ? TopFieldCollector.create(NEWEST, q.offset + 10, exact) : TopScoreDocCollector.create(q.offset + 10, exact);
			FacetsCollector counted = q.facets ? new FacetsCollector() : null;
			searcher.search(query(q), q.facets ? MultiCollector.wrap(top, counted) : top);
			top.topDocs(q.offset);
			if (q.facets) {
				Facets facets = new SortedSetDocValuesFacetCounts(facetState, counted);
				facets.getTopChildren(10, "categories");
				facets.getTopChildren(20, "years");
			}
			return top.getTotalHits();
		}
	}

	static int[] shuffled(int n) {
		int[] order = new int[n];
		long seed = 1;
		for (int i = 0; i < n; i++)
			order[i] = i;
		for (int i = n; i > 1; i--) {
			seed = seed * 6364136223846793005L + 1442695040888963407L;
			int j = (int)((seed >>> 33) % i), t = order[i - 1];
			order[i - 1] = order[j];
			order[j] = t;
		}
		return order;
	}

	static void run(Engine engine, List<Question> questions, int[] order, int clients) throws Exception {
		long[] total = new long[order.length], took = new long[order.length];
		AtomicInteger next = new AtomicInteger();
		Thread[] threads = new Thread[clients];
		long cpu = processor(), wall = System.nanoTime();
		for (int i = 0; i < clients; i++) {
			threads[i] = new Thread(() -> {
				for (int at; (at = next.getAndIncrement()) < order.length;) {
					long begin = System.nanoTime();
					try {
						total[order[at]] = engine.ask(questions.get(order[at]));
					} catch (IOException e) {
						total[order[at]] = -2;
					}
					took[order[at]] = System.nanoTime() - begin;
				}
			});
			threads[i].start();
		}
		for (Thread thread : threads)
			thread.join();
		wall = System.nanoTime() - wall;
		StringBuilder out = new StringBuilder(String.format("%d %d\n", wall / 1000, (processor() - cpu) / 1000));
		for (int i = 0; i < order.length; i++)
			out.append(String.format("%.1f %d\n", took[i] / 1e3, total[i]));
		System.out.print(out);
		System.out.flush();
	}

	static long processor() {
		return ((com.sun.management.OperatingSystemMXBean)java.lang.management.ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
	}

	public static void main(String[] args) throws Exception {
		if (args[0].equals("index")) {
			index(args[1], args[2]);
			return;
		}
		List<Question> questions = new ArrayList<>();
		for (String line : Files.readAllLines(Paths.get(args[2])))
			questions.add(new Question(line));
		Engine engine = new Engine(args[1]);
		int[] order = shuffled(questions.size());
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line; (line = in.readLine()) != null;)
			if (line.startsWith("run "))
				run(engine, questions, order, Integer.parseInt(line.substring(4).trim()));
	}
}
