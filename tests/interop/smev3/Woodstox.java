import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLEventFactory;
import javax.xml.stream.XMLEventReader;
import javax.xml.stream.XMLEventWriter;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.events.Attribute;
import javax.xml.stream.events.Namespace;
import javax.xml.stream.events.StartElement;
import javax.xml.stream.events.XMLEvent;

/** The transform's rules over Woodstox events: documents in, signed octets out, each after its length. */
public class Woodstox {
    private static final XMLInputFactory INPUT = new com.ctc.wstx.stax.WstxInputFactory();
    private static final XMLOutputFactory OUTPUT = new com.ctc.wstx.stax.WstxOutputFactory();
    private static final XMLEventFactory EVENTS = new com.ctc.wstx.stax.WstxEventFactory();
    private static final Comparator<Attribute> ORDER =
            Comparator.comparing((Attribute a) -> a.getName().getNamespaceURI().isEmpty())
                    .thenComparing(a -> a.getName().getNamespaceURI())
                    .thenComparing(a -> a.getName().getLocalPart());

    private final Deque<Map<String, String>> scopes = new ArrayDeque<>();
    private final Deque<QName> names = new ArrayDeque<>();
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private int made;

    private byte[] transform(byte[] document) throws Exception {
        XMLEventReader reader = INPUT.createXMLEventReader(new ByteArrayInputStream(document), "UTF-8");
        XMLEventWriter writer = OUTPUT.createXMLEventWriter(octets, "UTF-8");
        while (reader.hasNext()) {
            XMLEvent event = reader.nextEvent();
            if (event.isStartElement()) {
                writer.add(start(event.asStartElement()));
            } else if (event.isEndElement()) {
                QName name = names.pop();
                scopes.pop();
                writer.add(EVENTS.createSpace(""));
                writer.add(EVENTS.createEndElement(name.getPrefix(), name.getNamespaceURI(), name.getLocalPart()));
            } else if (event.isCharacters() && !event.asCharacters().getData().trim().isEmpty()) {
                writer.add(event);
            }
        }
        writer.close();
        return octets.toByteArray();
    }

    private StartElement start(StartElement element) {
        scopes.push(new HashMap<>());
        List<Namespace> declared = new ArrayList<>();
        QName name = named(element.getName(), declared);
        names.push(name);
        List<Attribute> sorted = new ArrayList<>();
        for (Iterator<Attribute> all = element.getAttributes(); all.hasNext(); ) {
            sorted.add(all.next());
        }
        sorted.sort(ORDER);
        List<Attribute> written = new ArrayList<>();
        for (Attribute attribute : sorted) {
            QName old = attribute.getName();
            QName now = old.getNamespaceURI().isEmpty() ? old : named(old, declared);
            written.add(EVENTS.createAttribute(now, attribute.getValue()));
        }
        return EVENTS.createStartElement(
                name.getPrefix(), name.getNamespaceURI(), name.getLocalPart(), written.iterator(), declared.iterator());
    }

    private QName named(QName name, List<Namespace> declared) {
        String uri = name.getNamespaceURI();
        String prefix = null;
        for (Map<String, String> scope : scopes) {
            prefix = prefix == null ? scope.get(uri) : prefix;
        }
        if (prefix == null) {
            prefix = "ns" + ++made;
            scopes.peek().put(uri, prefix);
            declared.add(EVENTS.createNamespace(prefix, uri));
        }
        return new QName(uri, name.getLocalPart(), prefix);
    }

    public static void main(String[] arguments) throws Exception {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));
        while (true) {
            byte[] document;
            try {
                document = new byte[in.readInt()];
            } catch (EOFException end) {
                break;
            }
            in.readFully(document);
            byte[] answer;
            try {
                answer = new Woodstox().transform(document);
            } catch (Exception refusal) {
                answer = ("refused: " + refusal).getBytes(StandardCharsets.UTF_8);
            }
            out.writeInt(answer.length);
            out.write(answer);
        }
        out.flush();
    }
}
