<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:t="urn://mezhved.example/snils/1.0.0">
  <xsl:output method="xml" encoding="UTF-8"/>
  <xsl:template match="/t:SnilsRequest">
    <t:SnilsResponse xmlns:t="urn://mezhved.example/snils/1.0.0" xmlns:p="urn://mezhved.example/commons/person/1.0.0">
      <t:TwinData>
        <t:Snils>99000000254</t:Snils>
        <t:BirthPlace>город Примерск</t:BirthPlace>
        <t:Document>
          <p:Series>9900</p:Series>
          <p:Number>000002</p:Number>
          <p:IssueDate>2015-05-20</p:IssueDate>
          <p:IssuerCode>990-001</p:IssuerCode>
        </t:Document>
      </t:TwinData>
      <t:TwinData>
        <t:Snils>99000000355</t:Snils>
        <t:BirthPlace>село Образцово</t:BirthPlace>
      </t:TwinData>
    </t:SnilsResponse>
  </xsl:template>
</xsl:stylesheet>
