<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:t="urn://mezhved.example/extract/1.0.0">
  <xsl:output method="xml" encoding="UTF-8"/>
  <xsl:template match="/t:ExtractRequest">
    <t:ExtractResponse>
      <t:Name>Тестовое товарищество «Былое»</t:Name>
      <t:Ogrn>1029900000052</t:Ogrn>
      <t:Inn>9900000056</t:Inn>
      <t:RegistrationDate>2003-04-05</t:RegistrationDate>
      <t:State>CLOSED</t:State>
    </t:ExtractResponse>
  </xsl:template>
</xsl:stylesheet>
